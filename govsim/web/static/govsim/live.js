// Live parts ask only while somebody looks; an error summary takes the focus.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.id === "live") event.preventDefault();
});
document.querySelector("[role=alert]")?.focus();
