// Decisions on the clips, by button or key: kept in this browser, and saved as a file for `sleepjerk decisions`.
(() => {
  "use strict";
  const review = JSON.parse(document.getElementById("report-data").textContent).review;
  const cards = [...document.querySelectorAll(".clip")].filter((card) => card.querySelector(".decide"));
  if (!review || !cards.length) return;
  const words = review.words, kept = `sleepjerk-decisions-${review.recording}`, initials = "sleepjerk-initials";
  const bar = document.getElementById("decisions"), by = document.getElementById("decided-by");
  const told = document.getElementById("decisions-told");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const said = ["confirmed", "rejected"];

  // --- what was decided: in this page {onset: {id, decision, at, saved}}, and before in decisions.tsv ---------------
  let own = {}, lasting = true;
  const onsetOf = (card) => review.onsets[card.dataset.jerk];
  const read = () => {
    try {
      const values = Object.entries(JSON.parse(localStorage.getItem(kept)) ?? {});
      own = Object.fromEntries(values.filter(([, one]) => said.includes(one?.decision) && !Number.isNaN(Date.parse(one.at))));
    } catch { /* no storage, or not ours: what is in memory counts */ }
  };
  const write = () => {
    try { localStorage.setItem(kept, JSON.stringify(own)); } catch { lasting = false; }
  };
  const decided = (card) => own[onsetOf(card)]?.decision ?? review.decided[card.dataset.jerk] ?? "";
  const unsaved = () => Object.values(own).filter((one) => !one.saved).length;

  const now = () => {
    const date = new Date(), two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0"), shift = -date.getTimezoneOffset();
    const local = new Date(date.getTime() + 60000 * shift).toISOString().slice(0, 19);
    return `${local}${shift < 0 ? "-" : "+"}${two(shift / 60)}:${two(shift % 60)}`;
  };
  const decide = (card, decision) => {
    const onset = onsetOf(card);
    read();  // another window may have decided meanwhile
    if (!decision || own[onset]?.decision === decision) delete own[onset];
    else own[onset] = { id: card.dataset.jerk, decision, at: now(), saved: false };
    write();
    show();
  };

  // --- what is seen of it ------------------------------------------------------------------------------------------
  const showCard = (card) => {
    const decision = decided(card), mine = own[onsetOf(card)];
    for (const name of said) {
      card.classList.toggle(name, name === decision);
      card.querySelector(`[data-decision="${name}"]`).setAttribute("aria-pressed", String(name === decision));
    }
    card.querySelector(".decide output").textContent =
      mine ? (mine.saved ? words.saved : words.unsaved) : decision ? words.before : "";
  };
  const show = () => {
    cards.forEach(showCard);
    const open = cards.filter((card) => !decided(card)).length;
    const yes = cards.filter((card) => decided(card) === "confirmed").length;
    document.getElementById("decisions-count").textContent =
      fill(words.count, { done: cards.length - open, all: cards.length, yes, no: cards.length - open - yes });
    told.textContent = unsaved() && !lasting ? words.not_kept : unsaved() ? fill(words.pending, { n: unsaved() }) : "";
    bar.hidden = !Object.keys(own).length;
  };

  // --- the file ----------------------------------------------------------------------------------------------------
  const table = (who) => {
    const lines = Object.entries(own).sort(([, a], [, b]) => Date.parse(a.at) - Date.parse(b.at))
      .map(([onset, one]) => [one.id, onset, one.decision, who, one.at, review.recording].join("\t"));
    return ["id\tonset_s\tdecision\tby\tat\trecording", ...lines, ""].join("\n");
  };
  const save = () => {
    const who = by.value.replace(/\s+/g, " ").trim();
    if (!who) {
      told.textContent = words.who;
      by.focus();
      return;
    }
    read();
    const file = document.createElement("a"), plain = who.match(/[\p{L}\p{N}]+/gu)?.join("-") ?? "x";
    file.href = URL.createObjectURL(new Blob([table(who)], { type: "text/tab-separated-values" }));
    file.download = `${review.name}_decisions_${plain}_${now().slice(0, 16).replace(/[-:]/g, "")}.tsv`;
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
    Object.values(own).forEach((one) => { one.saved = true; });
    write();
    try { localStorage.setItem(initials, who); } catch { /* asked again next time */ }
    show();
    told.textContent = fill(words.take_in, { file: file.download });
  };

  // --- by key ------------------------------------------------------------------------------------------------------
  const go = (from, step, wanted) => {
    const order = cards.map((_, i) => cards[(cards.indexOf(from) + step * (i + 1) + cards.length * (i + 2)) % cards.length]);
    const card = order.find(wanted);
    if (!card || card === from) return;
    document.querySelectorAll(".clip video").forEach((video) => video.pause());
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
    const player = card.querySelector(".player");
    if (player.clip) player.clip.video.play(); else player.querySelector(".play").click();
  };
  const keys = {
    1: (card) => { decide(card, "confirmed"); go(card, 1, (other) => !decided(other)); },
    2: (card) => { decide(card, "rejected"); go(card, 1, (other) => !decided(other)); },
    0: (card) => decide(card, ""),
    j: (card) => go(card, 1, () => true),
    k: (card) => go(card, -1, () => true),
  };

  read();
  for (const [onset, one] of Object.entries(own)) {
    if (one.saved && review.decided[one.id] && review.onsets[one.id] === onset) delete own[onset];  // taken in since
  }
  cards.forEach((card) => {
    card.tabIndex = -1;  // a click anywhere in it makes its keys work
    card.querySelector(".decide").hidden = false;
    said.forEach((name) => card.querySelector(`[data-decision="${name}"]`).addEventListener("click", () => decide(card, name)));
    card.addEventListener("keydown", (event) => {
      const act = keys[event.key.toLowerCase()];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(card);
    });
  });
  document.querySelectorAll(".decide-how").forEach((note) => { note.hidden = false; });
  document.getElementById("decisions-save").addEventListener("click", save);
  by.addEventListener("keydown", (event) => { if (event.key === "Enter") save(); });
  try { by.value = localStorage.getItem(initials) ?? ""; } catch { lasting = false; }
  window.addEventListener("storage", () => { read(); show(); });
  window.addEventListener("beforeunload", (event) => { if (!lasting && unsaved()) event.preventDefault(); });
  show();
})();
