// The films in the cards: played, slowed down and stepped through, with what they show marked.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("report-data").textContent), words = data.words;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // How films play: one choice for all of the page, also for those that are opened later.
  const playing = { rate: 1, repeat: false, place: true }, opened = [];
  const set = (changes) => {
    Object.assign(playing, changes);
    opened.forEach((film) => film.obey());
  };

  // A frame is shown for certain only between its own time and the next one's: the middle is sought, never the border.
  const middle = (clip, i) => ((clip.times[i] + (clip.times[i + 1] ?? clip.end)) / 2);
  const frameAt = (clip, time) => {
    let i = clip.times.length - 1;
    while (i > 0 && clip.times[i] > time + 1e-6) i--;
    return i;
  };

  const button = (label, act, words_, key) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.setAttribute("aria-label", words_);
    if (key) made.setAttribute("aria-keyshortcuts", key);
    made.addEventListener("click", act);
    return made;
  };

  const spanOf = (card) => {
    const { onset, offset } = card.querySelector(".jerk-trace").dataset;
    return { onset: Number(onset), offset: Number(offset) };
  };

  // A line through the drawing below a clip, and a frame around the film while what it shows is the movement itself.
  const follow = (card) => {
    const drawing = card.querySelector(".jerk-trace"), screen = card.querySelector(".screen");
    const [from, to] = ["from", "to"].map((name) => Number(drawing.dataset[name])), { onset, offset } = spanOf(card);
    const { width, height } = drawing.viewBox.baseVal, edge = 6;  // as _LEFT in clips/trace.py
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    Object.entries({ class: "now", y1: 12, y2: height - 12 }).forEach(([name, value]) => line.setAttribute(name, value));
    drawing.append(line);
    return (time) => {
      const x = edge + (width - 2 * edge) * (time - from) / (to - from);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      screen.classList.toggle("during", time >= onset && time < offset);
    };
  };

  // Sends the film back to shortly before the movement, from shortly after it.
  const aroundS = 0.3;
  const returning = (video, clip, card) => {
    const { onset, offset } = spanOf(card), end = offset + aroundS - clip.start;
    const first = frameAt(clip, onset - aroundS - clip.start);
    return () => {
      if (!playing.repeat || video.paused || video.seeking) return;
      if (frameAt(clip, video.currentTime) < first || video.currentTime >= end) video.currentTime = middle(clip, first);
    };
  };

  // A circle where the movement is, and the box that switches it; neither where the place is not known.
  const placeOf = (clip) => {
    const circle = document.createElement("span"), label = document.createElement("label"), box = document.createElement("input");
    const known = Boolean(clip.at);
    circle.className = "place";
    if (known) [circle.style.left, circle.style.top] = clip.at.map((share) => `${100 * share}%`);
    box.type = "checkbox";
    box.addEventListener("change", () => set({ place: box.checked }));
    label.append(box, ` ${words.place}`);
    label.hidden = !known;
    return { circle, label, obey: () => { box.checked = playing.place; circle.hidden = !known || !playing.place; } };
  };

  // A film that is not there, or that this browser cannot play, says so; nobody decides on what cannot be seen.
  const missing = (player, video) => {
    const card = player.closest(".clip"), note = document.createElement("p"), focused = player.contains(document.activeElement);
    note.className = "missing";
    note.setAttribute("role", "alert");
    note.textContent = words.missing;
    player.querySelector(".screen").replaceChildren(note);
    player.querySelector(".controls").hidden = true;
    card.querySelectorAll("[data-decision]").forEach((made) => { made.disabled = true; });
    if (focused) clipCards.focus(card);
    opened.splice(opened.indexOf(player.clip), 1);
    video.removeAttribute("src");
  };

  const speeds = [[1, "1×"], [0.5, "½×"], [0.25, "¼×"]];
  const slower = () => set({ rate: speeds[(speeds.findIndex(([rate]) => rate === playing.rate) + 1) % speeds.length][0] });
  const repeat = (video) => {
    set({ repeat: !playing.repeat });
    if (playing.repeat) video.play().catch(() => {});
  };

  const openClip = (player, clip) => {
    const card = player.closest(".clip"), screen = player.querySelector(".screen"), mark = follow(card);
    const video = document.createElement("video"), where = document.createElement("output"), place = placeOf(clip);
    const sendBack = returning(video, clip, card), go = player.querySelector(".play");
    video.addEventListener("error", () => missing(player, video), { once: true });
    Object.assign(video, { src: player.dataset.src, muted: true, playsInline: true, loop: true });
    video.setAttribute("aria-label", go.textContent);
    const tell = () => {
      const i = frameAt(clip, video.currentTime);
      const time = (clip.start + clip.times[i]).toFixed(3).replace(".", words.decimal);
      mark(clip.start + clip.times[i]);
      where.textContent = fill(words.frame, { n: i + 1, all: clip.times.length, time });
      sendBack();
    };
    const step = (by) => {
      video.pause();
      const i = Math.min(clip.times.length - 1, Math.max(0, frameAt(clip, video.currentTime) + by));
      video.currentTime = middle(clip, i);
    };
    const toggle = () => (video.paused ? video.play().catch(() => {}) : video.pause());
    video.addEventListener("click", toggle);
    ["timeupdate", "seeked", "loadeddata"].forEach((name) => video.addEventListener(name, tell));
    video.addEventListener("loadedmetadata", () => screen.style.setProperty("--shape", video.videoWidth / video.videoHeight));
    const each = () => { tell(); video.requestVideoFrameCallback(each); };
    if (video.requestVideoFrameCallback) each();

    const again = button("▶ ❚❚", toggle, video.getAttribute("aria-label"), "Space"), focused = document.activeElement === go;
    go.replaceWith(again);
    if (focused) again.focus();  // who came by the keyboard goes on from here
    const rates = speeds.map(([rate, label]) => button(label, () => set({ rate }), `${words.slower} ${label}`, "S"));
    const around = button(words.repeat, () => repeat(video), words.repeat_means, "R");
    const obey = () => {
      video.defaultPlaybackRate = video.playbackRate = playing.rate;
      rates.forEach((made, i) => made.setAttribute("aria-pressed", String(speeds[i][0] === playing.rate)));
      around.setAttribute("aria-pressed", String(playing.repeat));
      place.obey();
    };
    player.querySelector(".controls").append(
      button("◀", () => step(-1), words.back), button("▶", () => step(1), words.forward), ...rates, around, place.label, where);
    video.addEventListener("play", () => opened.forEach((film) => film.video === video || film.video.pause()));
    screen.append(video, place.circle);
    player.clip = { video, step, toggle, obey, repeat: () => repeat(video), frame: () => frameAt(clip, video.currentTime) };
    opened.push(player.clip);
    obey();
    video.play().catch(() => {});
  };

  document.querySelectorAll(".player").forEach((player) => {
    const card = player.closest(".clip"), clip = data.clips[card.dataset.jerk];
    if (!clip) return;
    player.hidden = false;
    player.start = (once = () => {}) => {
      if (player.clip) return player.clip.video.play().catch(() => {});
      openClip(player, clip);
      player.clip.video.addEventListener("loadeddata", once, { once: true });
    };
    player.querySelector(".play").addEventListener("click", () => player.start(), { once: true });
    card.querySelector(".strip")?.addEventListener("click", () => (player.clip ? player.clip.toggle() : player.start()));
  });

  const keys = {
    " ": (player) => (player.clip ? player.clip.toggle() : player.start()),
    arrowleft: ({ clip }) => clip?.step(-1),
    arrowright: ({ clip }) => clip?.step(1),
    s: slower,
    r: (player) => (player.clip ?? (player.start(), player.clip)).repeat(),
  };
  const needIt = { " ": "button, summary, input", arrowleft: ".scroll", arrowright: ".scroll" };
  document.addEventListener("keydown", (event) => {
    const key = clipCards.keyOf(event), act = keys[key], card = clipCards.current();
    if (!act || !card || !clipCards.isSeen(card) || event.target.closest?.(needIt[key] ?? "none")) return;
    event.preventDefault();
    if (event.repeat && !key.startsWith("arrow")) return;
    act(card.querySelector(".player"));
  });
})();
