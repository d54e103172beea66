// What the page does beyond showing: themes, pointing at concepts, copying, scrubbing through samples. Without it, everything is readable.
"use strict";
const root = document.documentElement;
root.classList.add("scripted");

// Themes: the system's, until the button is pressed.
const theme = document.getElementById("theme");
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches;
const showTheme = () => {
  theme.textContent = isDark() ? "Light theme" : "Dark theme";
};
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
});
systemDark.addEventListener("change", showTheme);
showTheme();

// Pointing: a concept is shown while it is pointed at or has the focus; a press keeps it shown until the next.
const picture = document.querySelector(".picture");
const status = picture.querySelector("[role=status]");
const masks = [...picture.querySelectorAll(".mask")];
const parts = [...document.querySelectorAll(".picture [data-concept], .legend [data-concept]")];
let kept = null;
let told = null;
function point(number) {
  const shown = number ?? kept;
  picture.classList.toggle("pointing", shown !== null);
  for (const part of parts) part.classList.toggle("on", part.dataset.concept === shown);
  const mask = masks.find(mask => mask.dataset.concept === shown);
  if (shown !== told) status.textContent = mask ? mask.getAttribute("aria-label") : status.dataset.idle;
  told = shown;
}
function keep(number) {
  kept = kept === number ? null : number;
  for (const mask of masks) mask.setAttribute("aria-pressed", mask.dataset.concept === kept);
  point(null);
}
for (const part of parts) {
  part.addEventListener("pointerenter", event => { if (event.pointerType !== "touch") point(part.dataset.concept); });
  part.addEventListener("pointerleave", event => { if (event.pointerType !== "touch") point(null); });
  part.addEventListener("focus", () => { if (part.matches(":focus-visible")) point(part.dataset.concept); });
  part.addEventListener("blur", () => point(null));
}
for (const mask of masks) {
  mask.addEventListener("click", () => keep(mask.dataset.concept));
  mask.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    keep(mask.dataset.concept);
  });
}
document.addEventListener("keydown", event => { if (event.key === "Escape" && kept !== null) keep(kept); });
const hide = document.getElementById("hide-masks");
hide?.addEventListener("click", () => {
  const plain = picture.classList.toggle("plain");
  hide.setAttribute("aria-pressed", plain);
});

// Copying. Where the clipboard is forbidden, the text is selected instead.
for (const button of document.querySelectorAll(".copy")) {
  const text = button.previousElementSibling;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

// Samples: the slider chooses the one that is shown.
const slider = document.getElementById("pass");
if (slider) {
  const frames = [...document.querySelectorAll(".frames figure")];
  const output = slider.parentElement.querySelector("output");
  const scrub = () => {
    frames.forEach((frame, i) => frame.classList.toggle("current", i === Number(slider.value)));
    output.textContent = frames[slider.value].dataset.pass;
    slider.setAttribute("aria-valuetext", `pass ${output.textContent}`);
  };
  slider.addEventListener("input", scrub);
  scrub();
}

// Printing shows all settings.
addEventListener("beforeprint", () => { for (const details of document.querySelectorAll("details")) details.open = true; });
