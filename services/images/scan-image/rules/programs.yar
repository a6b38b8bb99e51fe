// Programs by several fields of their headers: a few bytes alone turn up in pixels by chance.

rule windows_program {
  meta:
    description = "a Windows program"
  strings:
    // Signature, a known machine, the size of the optional header and that header's magic number.
    $pe = { 50 45 00 00 (4C 01 | 64 86 | C0 01 | C4 01 | 64 AA) [14] (E0 | F0) 00 ?? ?? 0B (01 | 02) }
    $stub = "This program cannot be run in DOS mode"
    $shortcut = { 4C 00 00 00 01 14 02 00 00 00 00 00 C0 00 00 00 00 00 00 46 }
  condition:
    any of them
}

rule linux_program {
  meta:
    description = "a Linux program"
  strings:
    // Class, byte order, version, seven bytes of padding, type, and the version again after the machine.
    $little = { 7F 45 4C 46 (01 | 02) 01 01 ?? ?? 00 00 00 00 00 00 00 (01 | 02 | 03) 00 ?? ?? 01 00 00 00 }
    $big = { 7F 45 4C 46 (01 | 02) 02 01 ?? ?? 00 00 00 00 00 00 00 00 (01 | 02 | 03) ?? ?? 00 00 00 01 }
  condition:
    any of them
}

rule mac_program {
  meta:
    description = "a macOS program"
  strings:
    // Magic number, a known processor, and a file type below 16.
    $little = /[\xce\xcf]\xfa\xed\xfe[\x07\x0c]\x00\x00[\x00\x01][\x00-\x0a]\x00\x00[\x00\x80][\x01-\x0f]\x00\x00\x00/s
    $universal = /\xca\xfe\xba\xbe\x00\x00\x00[\x01-\x08]\x01\x00\x00[\x07\x0c]\x00\x00\x00/s
  condition:
    any of them
}

rule bytecode {
  meta:
    description = "compiled code: Java, Android or WebAssembly"
  strings:
    // Version 45 to 79, the number of constants, and the first constant's kind.
    $java = /\xca\xfe\xba\xbe\x00[\x00\x03]\x00[\x2d-\x4f][\x00-\x0f].[\x01\x03-\x0c\x0f-\x14]/s
    $android = /(^|\W)dex\n03[5-9]\x00/
    $wasm = { 00 61 73 6D 01 00 00 00 (00 | 01) }
  condition:
    any of them
}

rule shell_script {
  meta:
    description = "a script for a shell or an interpreter"
  strings:
    $unix = /(^|[\r\n\x00])#! ?\/(usr\/)?(local\/)?bin\/(env[ -]|(ba|da|a|z|k|c|tc|fi)?sh\b|python|perl|ruby|php|node|lua|osascript)/
    $windows = /(^|[\r\n\x00])@echo off\b/ nocase
  condition:
    any of them
}

rule windows_script {
  meta:
    description = "a script for Windows hidden in a picture"
  strings:
    $powershell = /powershell(\.exe)?["']? -(e|ec|enc|encodedcommand|nop|noprofile|noni|w|windowstyle|ep|exec|executionpolicy|c|command) / ascii wide nocase
    $shell = "WScript.Shell" ascii wide nocase
  condition:
    part == "inside" and any of them
}
