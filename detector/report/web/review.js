// Decisions on the clips, by button or key: kept in this browser, and saved as a file for `sleepjerk decisions`.
(() => {
  "use strict";
  const review = JSON.parse(document.getElementById("report-data").textContent).review;
  const cards = clipCards.all;
  if (!review || !cards.length) return;
  const words = review.words, kept = `sleepjerk-decisions-${review.recording}`, initials = "sleepjerk-initials";
  const bar = document.getElementById("decisions"), by = document.getElementById("decided-by");
  const told = document.getElementById("decisions-told");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const said = ["confirmed", "rejected"], known = [...said, "withdrawn"];

  // --- what was decided: here {onset: {id, decision, at, by}}, by once it is saved, and before in decisions.tsv {id: [decision, at]} ---
  let own = {}, lasting = true;
  const onsetOf = (card) => review.onsets[card.dataset.jerk];
  const read = () => {
    if (!lasting) return;  // what is in memory counts
    try {
      const values = Object.entries(JSON.parse(localStorage.getItem(kept)) ?? {});
      own = Object.fromEntries(values.filter(([, one]) => known.includes(one?.decision) && !Number.isNaN(Date.parse(one.at))));
    } catch { /* none, or not ours */ }
  };
  const write = () => {
    try {  // a page in which nothing was decided leaves nothing behind
      if (Object.keys(own).length) localStorage.setItem(kept, JSON.stringify(own)); else localStorage.removeItem(kept);
    } catch { lasting = false; }
  };
  const before = (card) => review.decided[card.dataset.jerk] ?? ["", ""];
  const decided = (card) => {
    const decision = own[onsetOf(card)]?.decision ?? before(card)[0];
    return decision === "withdrawn" ? "" : decision;
  };
  const unsaved = () => Object.values(own).filter((one) => !one.by).length;

  const now = () => {
    const date = new Date(), two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0"), shift = -date.getTimezoneOffset();
    const local = new Date(date.getTime() + 60000 * shift).toISOString().slice(0, 19);
    return `${local}${shift < 0 ? "-" : "+"}${two(shift / 60)}:${two(shift % 60)}`;
  };
  const decide = (card, decision) => {
    const onset = onsetOf(card);
    read();  // another window may have decided meanwhile
    if (own[onset]?.decision === decision) return;
    own[onset] = { id: card.dataset.jerk, decision, at: now(), by: "" };
    write();
    show();
  };
  const takeBack = (card) => {
    const onset = onsetOf(card);
    read();
    if (own[onset]?.by || before(card)[0]) return decide(card, "withdrawn");  // where it lies it can only be added to
    delete own[onset];
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
    card.querySelector(".take-back").hidden = !decision;
    card.querySelector(".said").textContent =
      mine ? (mine.by ? words.saved : words.unsaved) : decision ? words.before : "";
  };
  // Jerks and what was refused are counted apart; what has no clip is not forgotten.
  const counted = (name, some) => {
    if (!some.length) return "";
    const [yes, no] = said.map((decision) => some.filter((card) => decided(card) === decision).length);
    return fill(words[name], { done: yes + no, all: some.length, yes, no });
  };
  const show = () => {
    cards.forEach(showCard);
    const refused = cards.filter((card) => review.refused.includes(card.dataset.jerk));
    const counts = [["count", cards.filter((card) => !refused.includes(card))], ["count_refused", refused]];
    document.getElementById("decisions-count").textContent =
      [...counts.map(([name, some]) => counted(name, some)), words.unshown].filter(Boolean).join(" ");
    const pending = cards.every(decided) ? words.all_decided : words.pending;
    told.textContent = unsaved() && !lasting ? words.not_kept : unsaved() ? fill(pending, { n: unsaved() }) : "";
    const mine = cards.filter((card) => own[onsetOf(card)]).length;
    document.getElementById("ribbon-own").textContent = mine ? fill(words.here, { n: mine }) : "";
    bar.hidden = !unsaved() && !cards.some((card) => own[onsetOf(card)]);
  };

  // --- the file ----------------------------------------------------------------------------------------------------
  const table = (who) => {
    const lines = Object.entries(own).sort(([, a], [, b]) => Date.parse(a.at) - Date.parse(b.at))
      .map(([onset, one]) => [one.id, onset, one.decision, one.by || who, one.at, review.recording].join("\t"));
    return ["id\tonset_s\tdecision\tby\tat\trecording", ...lines, ""].join("\n");
  };
  const save = () => {
    const who = by.value.replace(/\s+/g, " ").trim();
    if (!who) {
      told.textContent = words.who;
      by.focus({ preventScroll: true });
      return;
    }
    read();
    const file = document.createElement("a"), plain = who.match(/[\p{L}\p{N}]+/gu)?.join("-") ?? "x";
    file.href = URL.createObjectURL(new Blob([table(who)], { type: "text/tab-separated-values" }));
    file.download = `${review.name}_decisions_${plain}_${now().slice(0, 19).replace(/[-:]/g, "")}.tsv`;
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
    Object.values(own).forEach((one) => { one.by ||= who; });
    write();
    try { localStorage.setItem(initials, who); } catch { /* asked again next time */ }
    show();
    told.textContent = fill(words.take_in, { file: file.download });
  };

  // --- by button and key -------------------------------------------------------------------------------------------
  const isOpen = (card) => !decided(card) && !card.querySelector("[data-decision]").disabled;
  let last;  // after its decision nothing was left: one key too many changes nothing
  let led;  // where the decision before led to
  const visit = (card) => {
    if (card !== last) last = undefined;
    if (card) clipCards.visit(card);
  };
  // A decision leads on to the next open card; who changes an earlier one stays where they are.
  const answer = (card, decision) => {
    if (card.querySelector("[data-decision]").disabled) return;
    const earlier = decided(card), changes = earlier && earlier !== decision;
    led = changes ? undefined : clipCards.next(card, 1, (other) => other !== card && isOpen(other));
    decide(card, decision);
    if (changes) return;
    if (led) return visit(led);
    if (!earlier) last = card;
    clipCards.focus(card);
  };
  const giveBack = (card) => {
    takeBack(card);
    clipCards.focus(card);
  };
  const answerByKey = (card, decision) => {
    if (card !== last || !decided(card)) answer(card, decision);
  };
  const keys = {
    1: (card) => answerByKey(card, "confirmed"),
    2: (card) => answerByKey(card, "rejected"),
    0: giveBack,
    j: (card) => visit(clipCards.next(card, 1, () => true)),
    k: (card) => visit(clipCards.next(card, -1, () => true)),
  };
  const press = (key) => {
    const card = clipCards.current(), walks = key === "j" || key === "k";
    if (walks || (card && clipCards.isSeen(card))) return keys[key](card);
    if (card || key !== "0") visit(card ?? clipCards.next(undefined, 1, isOpen));  // what is out of sight is looked at first
  };

  read();
  for (const card of cards) {
    const mine = own[onsetOf(card)];
    const takenIn = mine?.decision === "withdrawn" ? !before(card)[0] : Date.parse(before(card)[1]) >= Date.parse(mine?.at);
    if (mine?.by && takenIn) delete own[onsetOf(card)];
  }
  write();
  cards.forEach((card) => {
    card.querySelector(".decide").hidden = false;
    said.forEach((name) => card.querySelector(`[data-decision="${name}"]`).addEventListener("click", (event) => {
      if (event.detail < 2) answer(card, name); else if (led) visit(led);  // the second of a double click decides nothing
    }));
    card.querySelector(".take-back").addEventListener("click", () => giveBack(card));
  });
  document.addEventListener("keydown", (event) => {
    const key = clipCards.keyOf(event);
    if (!Object.hasOwn(keys, key)) return;
    event.preventDefault();
    if (!event.repeat) press(key);
  });
  document.querySelectorAll(".decide-how").forEach((note) => { note.hidden = false; });
  document.getElementById("decisions-save").addEventListener("click", save);
  by.addEventListener("keydown", (event) => { if (event.key === "Enter") save(); });
  try { by.value = localStorage.getItem(initials) ?? ""; } catch { lasting = false; }
  window.addEventListener("storage", () => { read(); show(); });
  window.addEventListener("beforeunload", (event) => { if (!lasting && unsaved()) event.preventDefault(); });
  show();
})();
