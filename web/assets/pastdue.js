// Keys: a button or field with data-key is pressed or gone to by its key; data-open opens its form. "/" goes to the search.
"use strict";
(function () {
  function typing(element) {
    return element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  }
  function go(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (typing(document.activeElement)) return;
    if (event.key === "/") {
      var find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    if (event.key === "Enter" && document.activeElement !== document.body && document.activeElement.id !== "main") return;
    var key = window.CSS.escape(event.key);
    var part = document.querySelector('details[data-open="' + key + '"]');
    if (part) {
      event.preventDefault();
      part.open = true;
      var first = part.querySelector("input:not([type=hidden]), select, textarea, button");
      if (first) first.focus();
      return;
    }
    var open = Array.prototype.find.call(document.querySelectorAll('[data-key="' + key + '"]'), function (one) {
      return !one.closest("details:not([open])");
    });
    if (!open) return;
    event.preventDefault();
    if (typing(open)) open.focus(); else open.click();
  }
  document.addEventListener("keydown", go);
  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (!form.hasAttribute("hx-post")) form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
  });
})();
