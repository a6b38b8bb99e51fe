// Code in what a picture says of itself, and behind its end. Viewers and web servers have run it.

rule script_in_picture {
  meta:
    description = "a script hidden in a picture"
  strings:
    $element = /<script[\s\/>]/ ascii wide nocase
    $handler = /[\s"'\/]on(load|error|focus|click|mouse(over|enter|move)|toggle|begin|start|pageshow) ?=/ ascii wide nocase
    $url = /\b(java|vb)script:[\w.%$]{0,32}[(=`]/ ascii wide nocase
    $eval = /\beval ?\([^\s)]/ ascii wide
  condition:
    part == "inside" and any of them
}

rule php {
  meta:
    description = "a program in PHP"
  strings:
    $open = /<\?php[\s\/]/ ascii wide nocase
    $echo = /<\?=\s{0,4}(\$_[A-Z]|eval\b|system\b|exec\b|passthru\b|shell_exec\b)/
    $archive = "__HALT_COMPILER();" nocase
  condition:
    any of them
}

rule server_code_in_picture {
  meta:
    description = "code for a web server hidden in a picture"
  strings:
    $input = /\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\s?\[/
    $decode = /\b(base64_decode|gzinflate|str_rot13|shell_exec|passthru|proc_open)\s?\(/
    $asp = /<%(@\s{0,4}(page|language)\b|\s{0,4}(eval|execute)\b)/ nocase
    $include = /<!--#(exec|include)\s/ nocase
  condition:
    part == "inside" and any of them
}
