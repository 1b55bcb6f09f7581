// The cards with a film: which one is current, what makes it so, and whether a key is meant for it.
const clipCards = (() => {
  "use strict";
  const all = [...document.querySelectorAll(".clip")].filter((card) => card.querySelector(".player"));
  let current;  // none until one is chosen

  const choose = (card) => {
    current?.removeAttribute("aria-current");
    current = card;
    card.setAttribute("aria-current", "true");
  };
  const focus = (card) => card.focus({ preventScroll: true });
  all.forEach((card) => {
    card.tabIndex = -1;  // a click anywhere in it chooses it
    card.addEventListener("focusin", () => choose(card));
    card.addEventListener("click", (event) => {
      choose(card);
      const pressed = event.detail && event.target.closest("button, label, input");
      if (pressed) focus(card);  // by mouse or finger: or space would press it again
    }, true);
  });

  const isSeen = (card) => {
    const { top, bottom } = card.querySelector(".player").getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  };

  // The first that is wanted after `from`, or before it, round and round; from the end where `from` is none.
  const next = (from, step, wanted) => {
    const at = from ? all.indexOf(from) : step > 0 ? -1 : 0;
    return all.map((_, i) => all[(at + step * (i + 1) + 2 * all.length) % all.length]).find(wanted);
  };

  const visit = (card) => {
    const show = () => {
      measure();
      card.scrollIntoView({ block: "start", behavior: "instant" });
    };
    focus(card);
    show();
    card.querySelector(".player").start(() => { if (current === card) show(); });  // it may be taller now
  };

  // Keys work wherever the focus is, but in a field that is written in, and where the page has its own use for them.
  const keyOf = (event) => {
    const taken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    return taken || event.target.closest?.("input:not([type=checkbox]), textarea, select") ? "" : String(event.key).toLowerCase();
  };

  // What stays at the window's edges hides nothing that is scrolled to.
  const edges = [["--menu", document.querySelector(".contents")], ["--bar", document.getElementById("decisions")]];
  const measure = () => edges.forEach(([name, box]) => {
    const high = box && getComputedStyle(box).position === "sticky" ? box.offsetHeight : 0;
    document.documentElement.style.setProperty(name, `${high}px`);
  });
  const watch = new ResizeObserver(measure);
  edges.forEach(([, box]) => box && watch.observe(box));

  return { all, current: () => current, focus, isSeen, next, visit, keyOf };
})();
