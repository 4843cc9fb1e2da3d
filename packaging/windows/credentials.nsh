; What the program keeps in Windows' Credential Manager: one entry named "ESD Desktop", and others
; named "SECRET@ESD Desktop".

Function un.DeleteCredentials
  System::Call 'advapi32::CredEnumerateW(p 0, i 0, *i 0 r1, *p 0 r2) i .r0'
  ${If} $0 = 0
    Return ; there are none at all
  ${EndIf}
  StrCpy $3 $2
  ${While} $1 > 0
    System::Call '*$3(p .r4)'                   ; the next of the list of pointers
    System::Call '*$4(i, i .r5, w .r6)'         ; its kind and its name
    StrCpy $7 $6 "" -12
    ${If} $6 == "${NAME}"
    ${OrIf} $7 == "@${NAME}"
      System::Call 'advapi32::CredDeleteW(w r6, i r5, i 0)'
    ${EndIf}
    IntPtrOp $3 $3 + 8
    IntOp $1 $1 - 1
  ${EndWhile}
  System::Call 'advapi32::CredFree(p r2)'
FunctionEnd
