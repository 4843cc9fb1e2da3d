; The installer for Windows, of the folder that PyInstaller made.
;
;   makensis -WX -INPUTCHARSET UTF8 -DVERSION=1.2.3 -DPAYLOAD=DIR -DICON=FILE.ico -DOUTPUT=FILE.exe esd-desktop.nsi
;
; Options of the installer:    /S  /CurrentUser  /AllUsers  /D=FOLDER (last, without quotation marks)
; Options of the uninstaller:  /S  /DeleteData
; Exit codes beside 0 are in texts.nsh, with what they say to a person.

Unicode true
Target amd64-unicode
!ifdef LOOSELY
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
RequestExecutionLevel user
ManifestSupportedOS Win10
ManifestDPIAware true
CRCCheck force

!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include MUI2.nsh

!define NAME "ESD Desktop"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define FOR_ME_PLACE "$LOCALAPPDATA\Programs\${NAME}"
!define LINKS_KEY "Software\Classes\esd"   ; esd://… opens the program
!define PROGRAM "esd-desktop.exe"
!define LIBRARIES "_internal"          ; PyInstaller's name for all that is not a program
!define UNFINISHED "unfinished"        ; what is being unpacked, until it is whole

Name "${NAME}"
OutFile "${OUTPUT}"
BrandingText "${NAME} ${VERSION}"
InstallDir "${FOR_ME_PLACE}"

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME} Setup"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "${NAME}"

; Signs this file and the uninstaller, with a command that takes a file's name.
!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartAsThePerson
!define MUI_COMPONENTSPAGE_SMALLDESC

Page custom ForWhomPage ForWhomChosen
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE StopWhereItRuns
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "Greek"
!include "texts.nsh"

Var ForEverybody        ; 1 or 0
Var ForMeButton
Var EverybodyButton

!include "common.nsh"
!include "credentials.nsh"

; --- Installing

Function .onInit
  ${IfNot} ${AtLeastWin10}
    !insertmacro StopWith OLD_WINDOWS
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${If} ${Errors}
    StrCpy $ForEverybody 0
  ${Else}
    StrCpy $ForEverybody 1
  ${EndIf}
  ; Where it is there for everybody already, a new version takes that one's place.
  ReadRegStr $1 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ClearErrors
  ${GetOptions} $0 "/CurrentUser" $2
  ${If} ${Errors}
  ${AndIf} $1 != ""
    StrCpy $ForEverybody 1
  ${EndIf}
  ${If} $INSTDIR == "${FOR_ME_PLACE}" ; /D= did not name another
    Call ChoosePlace
  ${EndIf}
  Call SetContext
  ${If} ${Silent}
    Call MayInstall
  ${EndIf}
FunctionEnd

Function SetContext
  ${If} $ForEverybody = 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd

; Where it is installed already, or else where Windows has such programs.
Function ChoosePlace
  Call SetContext
  ReadRegStr $INSTDIR SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $INSTDIR != ""
    Return
  ${EndIf}
  StrCpy $INSTDIR "${FOR_ME_PLACE}"
  ${If} $ForEverybody = 1
    StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
  ${EndIf}
FunctionEnd

Function ForWhomPage
  Call IsAdministrator
  Pop $0
  ${If} $ForEverybody = 1
  ${AndIf} $0 = 1
    Abort ; it was chosen before this started anew as an administrator
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(FOR_WHOM)" "$(FOR_WHOM_MORE)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 20u 100% 12u "$(FOR_ME)"
  Pop $ForMeButton
  ${NSD_CreateRadioButton} 0 40u 100% 12u "$(FOR_EVERYBODY)"
  Pop $EverybodyButton
  ${If} $ForEverybody = 1
    ${NSD_Check} $EverybodyButton
  ${Else}
    ${NSD_Check} $ForMeButton
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function ForWhomChosen
  ${NSD_GetState} $EverybodyButton $ForEverybody
  Call IsAdministrator
  Pop $0
  ${If} $ForEverybody = 1
  ${AndIf} $0 = 0
    ClearErrors
    ExecShell "runas" "$EXEPATH" "/AllUsers"
    ${If} ${Errors}
      Abort ; the person said no to Windows' question, and chooses again
    ${EndIf}
    Quit
  ${EndIf}
  Call ChoosePlace
FunctionEnd

; What a silent run is asked before anything is written; with a window, the pages ask.
Function MayInstall
  Call IsAdministrator
  Pop $0
  ${If} $ForEverybody = 1
  ${AndIf} $0 = 0
    !insertmacro StopWith NOT_ADMINISTRATOR
  ${EndIf}
  Call StopWhereItRuns
FunctionEnd

Function StopWhereItRuns
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
  ${VersionCompare} "$0" "${VERSION}" $0
  ${If} $0 = 1
    !insertmacro StopWith NEWER_IS_THERE
  ${EndIf}
  !insertmacro WaitUntilItIsClosed ""
FunctionEnd

Function StartAsThePerson
  ; The installer may be an administrator; Windows' desktop is not.
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${PROGRAM}"'
FunctionEnd

Section "${NAME}"
  ; Everything is there before anything old is taken away.
  RMDir /r "$INSTDIR\${UNFINISHED}"
  ClearErrors
  SetOutPath "$INSTDIR\${UNFINISHED}"
  File /r "${PAYLOAD}\*"
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    RMDir /r "$INSTDIR\${UNFINISHED}"
    !insertmacro StopWith NOT_WRITTEN
  ${EndIf}

  Call StopWhereItRuns
  !insertmacro RemovePrograms
  ClearErrors
  Rename "$INSTDIR\${UNFINISHED}\${LIBRARIES}" "$INSTDIR\${LIBRARIES}"
  Rename "$INSTDIR\${UNFINISHED}\${PROGRAM}" "$INSTDIR\${PROGRAM}"
  Rename "$INSTDIR\${UNFINISHED}\esd.exe" "$INSTDIR\esd.exe"
  ${If} ${Errors}
    !insertmacro StopWith NOT_WRITTEN
  ${EndIf}
  RMDir "$INSTDIR\${UNFINISHED}"

  CreateDirectory "$SMPROGRAMS\${NAME}"
  CreateShortcut "$SMPROGRAMS\${NAME}\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  ; A terminal that finds esd.exe; the person's own PATH stays as it is.
  CreateShortcut "$SMPROGRAMS\${NAME}\$(COMMAND_LINE).lnk" "$SYSDIR\cmd.exe" \
    '/k "set PATH=$INSTDIR;%PATH%& esd --help"' "$INSTDIR\esd.exe"

  WriteRegStr SHCTX "${LINKS_KEY}" "" "URL:${NAME}"
  WriteRegStr SHCTX "${LINKS_KEY}" "URL Protocol" ""
  WriteRegStr SHCTX "${LINKS_KEY}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "${LINKS_KEY}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" --link "%1"'

  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

; --- Uninstalling

Function un.onInit
  SetShellVarContext all
  StrCpy $ForEverybody 1
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 != $INSTDIR
    SetShellVarContext current
    StrCpy $ForEverybody 0
  ${EndIf}
  Call un.IsAdministrator
  Pop $0
  ${If} $ForEverybody = 1
  ${AndIf} $0 = 0
    ${IfNot} ${Silent}
      ClearErrors
      ExecShell "runas" "$INSTDIR\uninstall.exe"
      ${IfNot} ${Errors}
        Quit
      ${EndIf}
    ${EndIf}
    !insertmacro StopWith NOT_ADMINISTRATOR
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DeleteData" $1
  ${IfNot} ${Errors}
    Call un.ChooseData
  ${EndIf}
FunctionEnd

Section "un.${NAME}"
  SectionIn RO
  !insertmacro WaitUntilItIsClosed "un."
  !insertmacro RemovePrograms
  RMDir /r "$INSTDIR\${UNFINISHED}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; stays where somebody has put something of his own there
  RMDir /r "$SMPROGRAMS\${NAME}"
  DeleteRegKey SHCTX "${LINKS_KEY}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd

Section /o "un.$(MY_DATA)" SectionData
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\${NAME}"
  Call un.DeleteCredentials
SectionEnd

Function un.ChooseData
  SectionSetFlags ${SectionData} ${SF_SELECTED}
FunctionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionData} "$(MY_DATA_MORE)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END
