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

-- A page stands alone: a picture that would have to be fetched or read is named instead.
local function embedded_only(image)
  local inside = image.src:sub(1, 5) == "data:"
  if inside and FORMAT ~= "typst" then
    return nil
  end
  return pandoc.Emph(image.caption)
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
    Image = embedded_only,
    Div = unwrap_cell,
  },
}
