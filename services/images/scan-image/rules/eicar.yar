// Whole: a text that only names it is none. Its first letters are written as codes, so that no scanner finds it here.
rule eicar_test_file {
  meta:
    description = "the EICAR test file, by which scanners are tested"
  strings:
    $text = "\x58\x35\x4f!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*" ascii wide
    $encoded = "\x58\x35\x4f!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*" base64
  condition:
    any of them
}
