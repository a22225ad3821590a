-- What every document goes through after its Markdown was read, whichever engine reads it.

local HOLD = "\u{FDD0}"  -- set by codexreport.render.raw.inert

local function restore(element)
  element.text = element.text:gsub(HOLD, "")
  return element
end

-- Typst reads `...`, `-?` and more as other characters; in a string they are what they are.
local function text(str)
  restore(str)
  if FORMAT == "typst" and str.text:find("%p") then
    return pandoc.RawInline("typst", '#"' .. str.text:gsub('[\\"]', "\\%0") .. '";')
  end
  return str
end

-- A page stands alone: a picture that would have to be fetched or read is named instead. Prose may
-- say how large one is; it has no say in the look, and nothing to run.
local function embedded_only(image)
  local inside = image.src:sub(1, 5) == "data:"
  if inside and FORMAT ~= "typst" then
    local size = { width = image.attributes.width, height = image.attributes.height }
    image.attr = pandoc.Attr("", {}, size)
    return image
  end
  return pandoc.Emph(image.caption)
end

-- A link leads to a page, a mailbox or a place on this page; one that would run something is text.
local LEADS_TO = { http = true, https = true, mailto = true }

local function safe_link(link)
  local target = link.target:gsub("[%c%s]", "")
  local scheme = target:match("^([^/?#:]*):")
  if scheme and not LEADS_TO[scheme:lower()] then
    return link.content
  end
  link.attr = pandoc.Attr()
  return link
end

-- The page has its own title; a heading of that size in the text is one of a part.
local function below_title(header)
  header.level = math.max(header.level, 2)
  return header
end

-- Cells are how the text was written, not how it is read.
local function unwrap_cell(div)
  return div.classes:includes("cell") and div.content or nil
end

return {
  {
    Str = text,
    Code = restore,
    CodeBlock = restore,
    RawBlock = restore,
    RawInline = restore,
    Header = below_title,
    Image = embedded_only,
    Link = safe_link,
    Div = unwrap_cell,
  },
}
