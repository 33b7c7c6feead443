/// The page's only script: orders and filters the layer table, and turns the colour scheme over. Without it the page is
/// complete, only still.
package enum HTMLScript {
  /// SHA-256 of `code` as the content policy names it; a test holds the two together.
  package static let digest = "sha256-x5h6fg0h9NwTrohXUCi0Jtwu9x9TulcmT6ImBgUQIlE="

  package static let code = """

    "use strict";
    (() => {
      const root = document.documentElement, button = document.getElementById("theme");
      const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
      button.hidden = false;
      button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
      label();

      for (const table of document.querySelectorAll("table.sortable")) {
        const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
        const key = (row, column) => {
          const cell = row.cells[column];
          return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
        };
        heads.forEach((head, column) => {
          const isNumber = head.classList.contains("n"), control = document.createElement("button");
          control.type = "button";
          control.append(...head.childNodes);
          head.append(control);
          control.addEventListener("click", () => {
            const before = head.getAttribute("aria-sort");
            const down = before ? before === "ascending" : isNumber && column > 0;
            heads.forEach(other => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", down ? "descending" : "ascending");
            const sign = down ? -1 : 1;
            const ordered = [...rows].sort((a, b) => {
              if (!isNumber) return sign * a.cells[column].textContent.localeCompare(b.cells[column].textContent, "en", { numeric: true });
              const left = key(a, column), right = key(b, column);
              if (left === null || right === null) return (left === null) - (right === null);
              return sign * (left - right);
            });
            body.append(...ordered);
          });
        });
        const bar = document.createElement("label"), input = document.createElement("input"), count = document.createElement("span");
        bar.className = "filter";
        input.type = "search";
        input.placeholder = "Conv, layer3, memory ...";
        const show = () => {
          const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
          let shown = 0;
          for (const row of rows) {
            const text = row.textContent.toLowerCase();
            row.hidden = !words.every(word => text.includes(word));
            if (!row.hidden) shown += 1;
          }
          count.textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
        };
        input.addEventListener("input", show);
        bar.append("Filter", input, count);
        table.parentElement.before(bar);
        show();
      }
    })();

    """
}
