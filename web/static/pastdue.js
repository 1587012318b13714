// Keys: data-key presses or focuses a button or field; data-open opens its form. "/" goes to the search.
"use strict";
(function () {
  function typing(element) {
    return element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  }
  // A user who types words outside a field means a note. Keys faster than this do not end a call.
  var BURST = 400, FRESH = 700;
  var born = window.performance.now(), lastKey = -BURST, waits = 0, fresh = false;
  function hint(text) {
    var place = document.getElementById("keys-said");
    if (place) place.textContent = text;
  }
  function ends(open) { return open.matches("button[type=submit]") && open.closest(".ends"); }
  // One form at a time: the open one takes the place of the results, and closes to them.
  function close() {
    var open = document.querySelector(".ends details[open].panel");
    if (!open) return false;
    open.open = false;
    open.querySelector("summary").focus();
    return true;
  }
  function go(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (event.key === "Escape" && close()) return;
    if (typing(document.activeElement)) return;
    if (event.key === "/") {
      var find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    if (event.key === "Enter" && document.activeElement !== document.body && document.activeElement.id !== "main") return;
    if (event.key.length === 1 && document.querySelector(".ends")) {
      var fast = event.timeStamp - lastKey < BURST || event.repeat;
      lastKey = event.timeStamp;
      fresh = event.timeStamp - born < FRESH;
      if (fast) {
        window.clearTimeout(waits);
        hint("Nothing was saved: the keys came too fast. To type a note, press m first.");
        return;
      }
    }
    var key = window.CSS.escape(event.key);
    var part = document.querySelector('details[data-open="' + key + '"]');
    // A form ends nothing, so it opens at once; a result waits until the page was looked at.
    if (part) {
      event.preventDefault();
      part.open = true;
      var first = part.querySelector("input:not([type=hidden]), select, textarea") || part.querySelector("button");
      if (first) first.focus();
      return;
    }
    var open = Array.prototype.find.call(document.querySelectorAll('[data-key="' + key + '"]'), function (one) {
      return !one.closest("details:not([open])");
    });
    if (!open) return;
    event.preventDefault();
    if (typing(open) || open.hasAttribute("data-grave")) open.focus();
    else if (ends(open) && fresh) hint("Nothing was saved: this call has just opened. Press the key again.");
    else if (ends(open)) waits = window.setTimeout(function () { open.click(); }, BURST);
    else open.click();
  }
  // What a quick button fills in: an amount, a day, a phrase of the note.
  document.addEventListener("click", function (event) {
    var quick = event.target.closest("[data-fill], [data-append], [data-close]");
    if (!quick) return;
    if (quick.hasAttribute("data-close")) { close(); return; }
    var field = document.getElementById(quick.dataset.fill || quick.dataset.append);
    field.value = quick.dataset.fill || !field.value.trim() ? quick.dataset.value : field.value.trim() + "; " + quick.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  document.addEventListener("input", function (event) {
    var place = event.target.dataset.counter && document.getElementById(event.target.dataset.counter);
    if (!place) return;
    var left = event.target.maxLength - event.target.value.length;
    place.textContent = left < 300 ? left + " characters left" : "";
    event.target.rows = Math.min(6, Math.max(1, event.target.value.split("\n").length, Math.ceil(event.target.value.length / 90)));
  });
  // Light or dark: this browser remembers it.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-switch]");
    if (!button) return;
    var root = document.documentElement, dark = root.getAttribute("data-bs-theme") !== "dark";
    if (dark) root.setAttribute("data-bs-theme", "dark");
    else root.removeAttribute("data-bs-theme");
    button.textContent = dark ? "Light" : "Dark";
    document.cookie = "pastdue_theme=" + (dark ? "dark" : "light") + "; path=/; max-age=31536000; SameSite=Lax";
  });
  // An answer belongs to the form that was sent last: older ones go.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!event.target.matches("form")) return;
    document.querySelectorAll(".said").forEach(function (one) { one.textContent = ""; });
  });
  // A search of one match opens it.
  document.addEventListener("htmx:configRequest", function (event) {
    var why = event.detail.triggeringEvent;
    if (event.target.matches(".find") && why && why.type === "submit") event.detail.parameters.enter = "yes";
  });
  // The call's one note is sent with any result, whichever form has it.
  document.addEventListener("htmx:configRequest", function (event) {
    var note = document.getElementById("note"), said = note && note.value.trim(), sent = event.detail.parameters;
    var verified = document.getElementById("verified");
    if (verified && event.target.closest(".ends")) sent.verified = verified.value;
    if (!said || !event.target.closest(".ends") || event.target.contains(note)) return;
    var own = String(sent.note || "").trim();
    sent.note = own ? own + "; " + said : said;
  });
  document.addEventListener("keydown", go);
  // A form is sent once, even if its button is pressed again.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (!form.hasAttribute("hx-post")) form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  // A file that is too large is reported before it is sent.
  document.addEventListener("submit", function (event) {
    var most = Number(event.target.dataset.max || 0);
    var field = most && event.target.querySelector("input[type=file]");
    if (!field) return;
    var sum = Array.prototype.reduce.call(field.files, function (total, one) { return total + one.size; }, 0);
    if (sum <= most) return;
    event.preventDefault();
    delete event.target.dataset.sent;
    var said = event.target.querySelector(".said");
    said.innerHTML = '<div class="alert alert-danger" role="alert"></div>';
    said.firstChild.textContent = "These files are " + Math.ceil(sum / 1e6) + " MB together; the limit is " + most / 1e6 +
      " MB. Put larger files in the inbox folder. The nightly process imports them.";
  });
  // After a save the form is empty again, ready for the next entry.
  // A refusal above a long form, with its button below, would be out of sight.
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.matches(".said") && event.target.firstElementChild) event.target.scrollIntoView({block: "nearest"});
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var form = event.target.querySelector("[data-empties]") && event.target.closest("form");
    if (!form) return;
    form.reset();
    form.querySelector("input:not([type=hidden])").focus();
  });
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    if (!window.ApexCharts) return;
    var money = function (cents) {
      return "$" + (cents / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    };
    var dark = document.documentElement.getAttribute("data-bs-theme") === "dark";
    new window.ApexCharts(place, {
      theme: { mode: dark ? "dark" : "light" },
      chart: { background: "transparent", type: place.dataset.chart, height: 260, nonce: place.dataset.nonce, toolbar: { show: false }, animations: { enabled: false } },
      series: [{ name: place.dataset.name, data: JSON.parse(place.dataset.values) }],
      colors: [dark ? "#8fc1ee" : "#1f4e79"], dataLabels: { enabled: false },
      xaxis: { categories: JSON.parse(place.dataset.labels), labels: { rotate: -45, hideOverlappingLabels: true }, tickAmount: 10 },
      yaxis: { labels: { formatter: money } }, tooltip: { y: { formatter: money } }
    }).render();
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
  });
  // "Select all shown" checks every box of its name in the form.
  document.addEventListener("change", function (event) {
    var all = event.target.dataset.all;
    if (!all) return;
    // A box may stand outside its form, in a table.
    Array.prototype.forEach.call(event.target.form.elements, function (one) {
      if (one.type === "checkbox" && one.name === all) one.checked = event.target.checked;
    });
  });
  // A draft that was saved while it was typed: the page's other forms know the number of the change.
  document.addEventListener("draft-saved", function (event) {
    document.querySelectorAll("input[name=seen]").forEach(function (one) { one.value = event.detail.seq; });
  });
  // A step of a schedule moves along its timeline, by dragging or by the arrow keys.
  document.querySelectorAll("svg[data-drag]").forEach(function (svg) {
    var form = document.getElementById("move-form"), said = document.getElementById("drag-said");
    if (!form) return;
    var unit = Number(svg.dataset.unit), held = null;
    function show(mark, days) {
      mark.dataset.days = days;
      mark.setAttribute("transform", "translate(" + (days - Number(mark.dataset.day)) * unit + " 0)");
      said.textContent = mark.dataset.step.replace(/-/g, " ") + ": day " + days + (days === Number(mark.dataset.day) ? "" : " (was " + mark.dataset.day + ")");
    }
    function save(mark) {
      var days = Number(mark.dataset.days);
      if (!mark.dataset.days || days === Number(mark.dataset.day)) return false;
      form.action = svg.dataset.drag + "/steps/" + mark.dataset.step + "/move";
      form.elements.days.value = days;
      form.requestSubmit();
      return true;
    }
    function scale() { return svg.viewBox.baseVal.width / svg.getBoundingClientRect().width; }
    svg.addEventListener("pointerdown", function (event) {
      var mark = event.target.closest(".mark");
      if (!mark || event.button !== 0) return;
      held = { mark: mark, x: event.clientX, day: Number(mark.dataset.day), moved: false };
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", function (event) {
      if (!held) return;
      var days = Math.max(0, held.day + Math.round((event.clientX - held.x) * scale() / unit));
      if (Math.abs(event.clientX - held.x) > 3) held.moved = true;
      if (held.moved) show(held.mark, days);
    });
    svg.addEventListener("pointerup", function () {
      var was = held;
      held = null;
      if (!was) return;
      if (was.moved) save(was.mark);
      else window.location.hash = "step-" + was.mark.dataset.step;
    });
    svg.addEventListener("pointercancel", function () { if (held) show(held.mark, held.day); held = null; });
    svg.addEventListener("dragstart", function (event) { event.preventDefault(); });
    svg.addEventListener("keydown", function (event) {
      var mark = event.target.closest(".mark");
      if (!mark) return;
      var days = Number(mark.dataset.days || mark.dataset.day), by = event.shiftKey ? 7 : 1;
      if (event.key === "ArrowLeft") show(mark, Math.max(0, days - by));
      else if (event.key === "ArrowRight") show(mark, days + by);
      else if (event.key === "Escape") show(mark, Number(mark.dataset.day));
      else if (event.key !== "Enter" || !save(mark)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  });
})();
