// Drawings and pages that do something. SVG is never rendered here, but whoever opens the upload in a browser would.

rule active_svg {
  meta:
    description = "an SVG drawing with a script in it"
  strings:
    $svg = /<([a-z]{1,10}:)?svg[\s\/>]/ nocase
    $script = /<([a-z]{1,10}:)?script[\s\/>]/ nocase
    $handler = /[\s"'\/]on(load|unload|error|abort|resize|scroll|zoom|begin|end|repeat|activate|(dbl|aux)?click|(mouse|pointer|touch|key|drag|focus|animation|transition)[a-z]{0,10}|blur|drop|input|change|submit|toggle|wheel|copy|cut|paste|message|hashchange|contextmenu)\s{0,8}=/ nocase
    $set_handler = /attributename\s{0,8}=\s{0,8}["']on[a-z]/ nocase
    $url = /(java|vb)script\s{0,8}:/ nocase
    // A scheme that is written with entities has something to hide.
    $hidden_url = /(href|from|to|values)\s{0,8}=\s{0,8}["']\s{0,8}[a-z]{0,10}&(#|tab;|newline;|colon;)/ nocase
    $page_url = /href\s{0,8}=\s{0,8}["']\s{0,8}data:(text\/html|application\/xhtml|text\/xml|application\/xml)/ nocase
    $foreign = /<([a-z]{1,10}:)?(foreignobject|iframe|embed|object)[\s\/>]/ nocase
    $stylesheet = "<?xml-stylesheet" nocase
  condition:
    part == "other" and $svg and any of ($script, $handler, $set_handler, $url, $hidden_url, $page_url, $foreign, $stylesheet)
}

rule xml_entities {
  meta:
    description = "XML that reads other files or grows without end"
  strings:
    $external = /<!ENTITY\s{1,20}(%\s{1,20})?[^\s<>]{1,40}\s{1,20}(SYSTEM|PUBLIC)\s/ nocase
    // An entity made of others, several times over.
    $bomb = /<!ENTITY\s{1,20}[^\s<>]{1,40}\s{1,20}["'](&[^\s;]{1,40};){3}/ nocase
  condition:
    any of them
}

rule active_page {
  meta:
    description = "a web page with a script in it"
  strings:
    $page = /<(html|!doctype html|body|head)[\s>]/ nocase
    $script = /<script[\s\/>]/ nocase
    $handler = /[\s"'\/]on(load|unload|error|abort|resize|scroll|zoom|begin|end|repeat|activate|(dbl|aux)?click|(mouse|pointer|touch|key|drag|focus|animation|transition)[a-z]{0,10}|blur|drop|input|change|submit|toggle|wheel|copy|cut|paste|message|hashchange|contextmenu)\s{0,8}=/ nocase
  condition:
    part == "other" and $page and any of ($script, $handler)
}
