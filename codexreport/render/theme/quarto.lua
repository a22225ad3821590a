-- Puts the document into the empty page that Quarto lays out.
--
-- Quarto never reads the text itself: it would take front matter, shortcodes, headings and
-- diagrams wherever they stand for instructions, in data too.

local function given()
  local file = assert(io.open("document.json", "rb"))
  local content = file:read("a")
  file:close()
  return pandoc.json.decode(content, false)
end

function Pandoc(page)
  local document = given()
  local unwrapped = { columns = 10000 }
  page.blocks = pandoc.read(document.notebook, document.from, unwrapped).blocks
  for name, value in pairs(document.meta) do
    page.meta[name] = value
  end
  return page
end
