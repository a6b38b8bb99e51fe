// Archives in a picture or behind it. An upload that is one from its first byte hides nothing: it is no picture, and is refused as such.

rule archive_in_picture {
  meta:
    description = "an archive hidden in a picture"
  strings:
    // Version below 64, flags, a known method.
    $zip = /PK\x03\x04[\x00-\x3f]\x00.[\x00\x08][\x00\x08\x09\x0c\x0e\x5d-\x63]\x00/s
    $zip_end = { 50 4B 05 06 00 00 00 00 }
    $rar = { 52 61 72 21 1A 07 (00 | 01 00) }
    $seven_zip = { 37 7A BC AF 27 1C 00 (00 | 01 | 02 | 03 | 04) }
    $tar = /ustar(\x0000|  \x00)/
    $xz = { FD 37 7A 58 5A 00 00 (00 | 01 | 04 | 0A) }
    $bzip2 = /BZh[1-9]1AY&SY/
    $cabinet = { 4D 53 43 46 00 00 00 00 ?? ?? ?? ?? 00 00 00 00 ?? ?? ?? ?? 00 00 00 00 }
    $debian = "!<arch>\ndebian"
    $office = { D0 CF 11 E0 A1 B1 1A E1 }
  condition:
    part != "other" and any of them
}

rule gzip_in_picture {
  meta:
    description = "a gzip file hidden in a picture"
  strings:
    // At the beginning of a piece: method, flags, time, level, and a known system.
    $gzip = /\n\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]/s
  condition:
    part == "inside" and $gzip
}
