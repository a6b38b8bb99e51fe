// Pictures that are something else as well, for whoever reads them as that.

rule picture_and_script {
  meta:
    description = "a picture that is a script as well"
  strings:
    // Where a GIF has its width and height, a script assigns: all printable.
    $gif_assigns = /^GIF8[79]a\s{0,2}=[\x09\x0a\x0d\x20-\x7e]{6}/
    // The width of a GIF, or the length of a JPEG's first segment, opens a comment, and what follows its end is a script.
    $gif_comment = /^GIF8[79]a\/\*/
    $jpeg_comment = /^\xff\xd8\xff[\xe0-\xef\xfe]\/\*/s
    $after_comment = /\*\/\s{0,4}[=;]\s{0,4}[\w"'`(\[{!+-]/
  condition:
    part == "picture" and ($gif_assigns or (($gif_comment or $jpeg_comment) and $after_comment))
}

rule picture_and_document {
  meta:
    description = "a picture that is a PDF document as well"
  strings:
    $pdf = /%PDF-[12]\.[0-9]/
  condition:
    part != "other" and $pdf
}

rule picture_and_page {
  meta:
    description = "a picture that is a web page as well"
  strings:
    $page = /<(!doctype\s{1,4}html|html|iframe)[\s\/>]/ nocase
  condition:
    part == "inside" and $page
}
