// Narrows the index down as one types; every word must occur in a row.
const box = document.querySelector(".cr-filter");
const [input, count] = [box.querySelector("input"), box.querySelector("output")];
const rows = [...document.querySelectorAll(".cr-index tbody tr")];
const narrow = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  const shown = rows.filter((row) => !row.hidden).length;
  count.textContent = words.length ? `${shown} of ${rows.length}` : "";
};
input.addEventListener("input", narrow);
box.hidden = false;
narrow();
