; What installing and uninstalling share.

; Say why, and end with the exit code of that reason.
!macro StopWith WHY
  !insertmacro SayWhereSilent "$(${WHY})"
  MessageBox MB_OK|MB_ICONSTOP "$(${WHY})" /SD IDOK
  SetErrorLevel ${EXIT_${WHY}}
  Quit
!macroend

!macro WaitUntilItIsClosed UN
  ${DoWhile} 1 = 1
    Call ${UN}IsRunning
    Pop $0
    ${If} $0 = 0
      ${ExitDo}
    ${EndIf}
    ${If} ${Silent}
    ${OrIf} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(IT_RUNS)" IDCANCEL`
      !insertmacro SayWhereSilent "$(IT_RUNS)"
      SetErrorLevel ${EXIT_IT_RUNS}
      Quit
    ${EndIf}
  ${Loop}
!macroend

; On the standard output, where whoever started this has given it one.
!macro SayWhereSilent SENTENCE
  ${If} ${Silent}
    System::Call 'kernel32::AttachConsole(i -1)'
    System::Call 'kernel32::GetStdHandle(i -11) p .r0'
    FileWrite $0 "${SENTENCE}$\r$\n"
  ${EndIf}
!macroend

!macro RemovePrograms
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\esd.exe"
  RMDir /r "$INSTDIR\${LIBRARIES}"
!macroend

!macro Common UN
  ; Pushes 1 or 0
  Function ${UN}IsAdministrator
    Push $0
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 == "Admin"
      StrCpy $0 1
    ${Else}
      StrCpy $0 0
    ${EndIf}
    Exch $0
  FunctionEnd

  ; Pushes 1 where one of the programs runs, 0 otherwise: Windows lets nobody write to it then.
  Function ${UN}IsRunning
    Push $0
    Push $1
    StrCpy $1 0
    !insertmacro _LookAt "${PROGRAM}"
    !insertmacro _LookAt "esd.exe"
    StrCpy $0 $1
    Pop $1
    Exch $0
  FunctionEnd
!macroend

!macro _LookAt FILE
  ${If} ${FileExists} "$INSTDIR\${FILE}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${FILE}" a
    ${If} ${Errors}
      StrCpy $1 1
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
!macroend

!insertmacro Common ""
!insertmacro Common "un."
