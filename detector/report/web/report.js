// The report works without scripts: this one makes the trace move, and says what scrolls.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const words = data.words;
  const decimal = (text) => text.replace(".", words.decimal);

  const clock = (seconds, step) => {
    const s = Math.max(0, seconds), whole = Math.floor(s + 1e-9), two = (n) => String(n).padStart(2, "0");
    const rest = step < 1 ? decimal((s - whole).toFixed(step < 0.1 ? 2 : 1).slice(1)) : "";
    return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${rest}`;
  };

  // --- trace -------------------------------------------------------------------------------------------------------
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  // Smallest and largest of 1, 4, 16, ... neighbours; 255 is time that was not judged.
  const pyramid = (values) => {
    const levels = [{ size: 1, low: values, high: values }];
    while (levels.at(-1).low.length > 1024) {
      const { size, low, high } = levels.at(-1);
      const n = Math.ceil(low.length / 4), nextLow = new Uint8Array(n), nextHigh = new Uint8Array(n);
      for (let i = 0; i < n; i++) {
        let smallest = 255, largest = -1;
        const stop = Math.min(4 * i + 4, low.length);
        for (let k = 4 * i; k < stop; k++) {
          if (low[k] < smallest) smallest = low[k];
          if (high[k] !== 255 && high[k] > largest) largest = high[k];
        }
        nextLow[i] = smallest;
        nextHigh[i] = largest < 0 ? 255 : largest;
      }
      levels.push({ size: 4 * size, low: nextLow, high: nextHigh });
    }
    return levels;
  };

  const slice = (levels, step, from, to, width) => {
    const level = levels.find(({ size }) => (to - from) / (size * step) <= 2 * width) ?? levels.at(-1);
    const span = level.size * step, first = Math.max(0, Math.floor(from / span) - 1);
    const last = Math.min(level.low.length, Math.ceil(to / span) + 2);
    const x = [], low = [], high = [];
    for (let i = first; i < last; i++) {
      x.push((i + (level.size > 1 ? 0.5 : 0)) * span);
      low.push(level.low[i] === 255 ? null : level.low[i] / 254);
      high.push(level.high[i] === 255 ? null : level.high[i] / 254);
    }
    return [x, low, high];
  };

  const within = (plot, draw) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    draw(ctx, bbox);
    ctx.restore();
  };
  const drawUnseen = (plot, trace) => within(plot, (ctx, bbox) => {
    ctx.fillStyle = "#e3e7ea";
    for (const [start, end] of trace.unseen) {
      const a = plot.valToPos(start, "x", true), b = plot.valToPos(end, "x", true);
      if (b > bbox.left && a < bbox.left + bbox.width) ctx.fillRect(a, bbox.top, Math.max(1, b - a), bbox.height);
    }
  });
  const drawJerks = (plot, trace) => within(plot, (ctx, bbox) => {
    const dpr = window.devicePixelRatio || 1;
    ctx.lineWidth = 1.25 * dpr;
    for (const [onset, clip] of trace.jerks) {
      const x = plot.valToPos(onset, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = "#0072B2";
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x, bbox.top + bbox.height - (clip ? 26 : 16) * dpr);
      ctx.stroke();
    }
  });

  const showTrace = async () => {
    const figure = document.getElementById("figure-trace"), trace = data.trace;
    if (!figure || trace.n < 2 || !window.DecompressionStream) return;
    const levels = pyramid(await unpack(trace.data));
    const live = figure.querySelector(".live"), stage = live.querySelector(".stage");
    live.hidden = false;
    figure.classList.add("lively");
    const end = trace.n * trace.step, top = Math.max(0.2, ...Array.from(levels.at(-1).high, (v) => (v === 255 ? 0 : v / 254)));
    const ticks = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1].map(Math.sqrt);
    const ink = "#55606b", grid = { stroke: "#e6eaed", width: 1 };
    let view = [0, end];
    const plot = new uPlot({
      width: stage.clientWidth, height: 240, legend: { show: false }, padding: [8, 30, 0, 0],
      scales: { x: { time: false, range: () => view }, y: { range: [0, 1.06 * top] } },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
      series: [{}, { stroke: "#7d8993", width: 1, points: { show: false } }, { stroke: "#55606b", width: 1, points: { show: false } }],
      bands: [{ series: [2, 1], fill: "#c3cad0" }],
      axes: [
        { stroke: ink, grid, font: "12px sans-serif", values: (_, at) => at.map((v) => clock(v, at[1] - at[0])), space: 90,
          incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400] },
        { stroke: ink, grid, font: "12px sans-serif", size: 58, splits: () => ticks.filter((v) => v <= 1.06 * top && v >= 0.09 * top),
          values: (_, at) => at.map((v) => `${decimal(String(+(100 * v * v).toPrecision(3)))} %`) },
      ],
      hooks: {
        drawClear: [(u) => drawUnseen(u, trace)],
        draw: [(u) => drawJerks(u, trace)],
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          show(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        }],
      },
    }, slice(levels, trace.step, 0, end, stage.clientWidth), stage);

    const show = (from, to) => {
      const span = Math.min(end, Math.max(20 * trace.step, to - from));
      const start = Math.min(Math.max(0, from), end - span);
      view = [start, start + span];
      plot.batch(() => {
        plot.setData(slice(levels, trace.step, view[0], view[1], plot.bbox.width), false);
        plot.setScale("x", { min: view[0], max: view[1] });
      });
    };
    const zoom = (factor, at = (view[0] + view[1]) / 2) => show(at - (at - view[0]) * factor, at + (view[1] - at) * factor);
    const reset = () => show(0, end);
    plot.over.addEventListener("dblclick", reset);
    live.querySelector(".reset").addEventListener("click", reset);
    plot.over.addEventListener("click", (event) => {
      const at = plot.posToVal(event.offsetX, "x"), reach = (view[1] - view[0]) * 4 / plot.over.clientWidth;
      const near = trace.jerks.filter(([onset, clip]) => clip && Math.abs(onset - at) < reach)
        .sort((a, b) => Math.abs(a[0] - at) - Math.abs(b[0] - at))[0];
      const card = near && document.getElementById(`clip-${near[1]}`);
      card?.focus({ preventScroll: true });
      card?.scrollIntoView({ block: "start" });
    });
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x"));
    }, { passive: false });
    const keys = {
      ArrowLeft: () => show(view[0] - (view[1] - view[0]) / 8, view[1] - (view[1] - view[0]) / 8),
      ArrowRight: () => show(view[0] + (view[1] - view[0]) / 8, view[1] + (view[1] - view[0]) / 8),
      "+": () => zoom(0.5), "-": () => zoom(2), 0: reset,
    };
    stage.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (!act || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      act();
    });
    new ResizeObserver(() => plot.setSize({ width: stage.clientWidth, height: 240 })).observe(stage);
    figure.dataset.ready = "yes";
    figure.trace = { show, view: () => view, points: () => plot.data[0].length };
  };

  // What is wider than its place scrolls, says so, and can be reached by the keyboard. Closed parts are not measured: that
  // would lay out all they hold; and all is read before anything is written.
  const reach = () => {
    const boxes = [...document.querySelectorAll(".scroll")].filter((box) => !box.closest("details:not([open])"));
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, i) => {
      box.classList.toggle("wide", wide[i]);
      for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", box.dataset.label]]) {
        if (wide[i]) box.setAttribute(name, value); else box.removeAttribute(name);
      }
    });
  };
  window.addEventListener("resize", reach);
  document.querySelectorAll("details").forEach((box) => box.addEventListener("toggle", reach));

  // Both after the first page is painted.
  requestAnimationFrame(() => setTimeout(() => { reach(); showTrace(); }));
})();
