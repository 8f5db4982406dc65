// A slider in the place of the list: it shows what policy answered for each length, and chooses in the list.
for (const form of document.querySelectorAll("[data-slide]")) {
  const list = form.querySelector("select"), slider = form.querySelector("input[type=range]");
  const show = () => {
    const chosen = list.options[Number(slider.value)];
    list.value = chosen.value;
    slider.setAttribute("aria-valuetext", chosen.text.trim());
    for (const place of form.querySelectorAll("[data-shows]")) place.textContent = chosen.dataset[place.dataset.shows];
  };
  form.querySelector("[data-plain]").hidden = true;
  form.querySelector("[data-slider]").hidden = false;
  slider.value = list.selectedIndex;
  slider.addEventListener("input", show);
  addEventListener("pageshow", show);
  show();
}
