// Draw polygons on a still; corners are fractions of the picture. By mouse or finger, or by the keyboard.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("page-data").textContent), words = data.words;
  const find = (id) => document.getElementById(id);
  const paper = find("paper"), regions = [];
  let corners = [], cursor = [0.5, 0.5], saved = "";

  const shape = (kind, points) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
    made.setAttribute("points", points.map(([x, y]) => `${1000 * x},${1000 * y}`).join(" "));
    return made;
  };
  const show = () => {
    paper.replaceChildren(...regions.map(({ name, points }) => {
      const made = shape("polygon", points);
      if (name.startsWith("exclude")) made.classList.add("exclude");
      return made;
    }));
    if (corners.length) paper.append(shape("polyline", corners));
    find("tags").replaceChildren(...regions.map(({ name, points }) => {
      const tag = document.createElement("span");
      tag.textContent = name;
      ["left", "top"].forEach((side, i) => {
        tag.style[side] = `${100 * points.reduce((sum, point) => sum + point[i], 0) / points.length}%`;
      });
      return tag;
    }));
    if (document.activeElement === paper) {
      const [x, y] = cursor;
      paper.append(shape("polyline", [[x - 0.01, y], [x + 0.01, y]]), shape("polyline", [[x, y - 0.015], [x, y + 0.015]]));
    }
    find("list").replaceChildren(...regions.map((region, i) => {
      const line = document.createElement("li"), label = document.createElement("span"), gone = document.createElement("button");
      label.textContent = region.name;
      gone.type = "button";
      gone.textContent = words.remove;
      gone.setAttribute("aria-label", `${words.remove} ${region.name}`);
      gone.addEventListener("click", () => { regions.splice(i, 1); show(); });
      line.append(label, gone);
      return line;
    }));
  };
  const tell = (text) => { find("status").textContent = text; };
  const add = (x, y) => { corners.push([Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))]); show(); };
  const close = () => {
    const name = find("name").value.trim();
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) return tell(words.bad_name);
    if (regions.some((region) => region.name === name)) return tell(words.taken);
    if (corners.length < 3) return tell(words.too_few);
    regions.push({ name, points: corners });
    corners = [];
    const free = [...find("names").options].map(({ value }) => value)
      .find((value) => !regions.some((region) => region.name === value));
    if (free) find("name").value = free;
    tell("");
    show();
  };
  const undo = () => { corners.pop(); show(); };

  const toml = () => [
    "# Corners are fractions of the upright picture's width and height.",
    "[regions]", `mirrored = ${find("mirrored").checked}`, "",
    ...regions.flatMap(({ name, points }) => [
      "[[regions.named]]", `name = "${name}"`,
      `points = [${points.map(([x, y]) => `[${x.toFixed(4)}, ${y.toFixed(4)}]`).join(", ")}]`, "",
    ]),
    "# Edges of the picture they were drawn on, 64 x 36, by which a moved camera is noticed.",
    "[reference]", `aspect = ${data.aspect.toFixed(4)}`, `edges = "${data.reference}"`, "",
  ].join("\n");

  paper.addEventListener("click", (event) => {  // not pointerdown: a swipe and the right button set no corner
    const box = paper.getBoundingClientRect();
    add((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  });
  paper.addEventListener("dblclick", (event) => { event.preventDefault(); corners.pop(); close(); });
  paper.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.05 : 0.01;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) cursor = cursor.map((at, i) => Math.min(1, Math.max(0, at + moves[event.key][i])));
    else if (event.key === " ") add(...cursor);
    else if (event.key === "Enter") close();
    else if (event.key === "Backspace") undo();
    else return;
    event.preventDefault();
    show();
  });
  ["focus", "blur"].forEach((name) => paper.addEventListener(name, show));
  find("close").addEventListener("click", close);
  find("undo").addEventListener("click", undo);
  find("save").addEventListener("click", () => {
    if (corners.length) return tell(words.open);
    if (!regions.length) return tell(words.none);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([toml()], { type: "application/toml" }));
    link.download = "regions.toml";
    saved = toml();
    link.click();
    tell(words.saved);
  });
  // all removed: there is nothing that could be saved
  const unsaved = () => corners.length || (regions.length && toml() !== saved);
  window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  window.regionsPage = { toml, add, close };
})();
