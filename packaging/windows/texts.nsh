; What the installer says, and the exit codes of the reasons to stop (1 is the person's own Cancel).

!define EXIT_OLD_WINDOWS 10
!define EXIT_NOT_ADMINISTRATOR 11
!define EXIT_IT_RUNS 12
!define EXIT_NEWER_IS_THERE 13
!define EXIT_NOT_WRITTEN 14

LangString OLD_WINDOWS ${LANG_ENGLISH} "${NAME} needs Windows 10 or newer."
LangString OLD_WINDOWS ${LANG_GERMAN} "${NAME} braucht Windows 10 oder neuer."
LangString OLD_WINDOWS ${LANG_GREEK} "Το ${NAME} χρειάζεται Windows 10 ή νεότερα."

LangString NOT_ADMINISTRATOR ${LANG_ENGLISH} "${NAME} for everybody on this computer can be installed and uninstalled by an administrator only. Nothing was changed."
LangString NOT_ADMINISTRATOR ${LANG_GERMAN} "Nur ein Administrator kann ${NAME} für alle auf diesem Computer installieren und deinstallieren. Es wurde nichts geändert."
LangString NOT_ADMINISTRATOR ${LANG_GREEK} "Μόνο ένας διαχειριστής μπορεί να εγκαταστήσει και να απεγκαταστήσει το ${NAME} για όλους σε αυτόν τον υπολογιστή. Δεν άλλαξε τίποτα."

LangString IT_RUNS ${LANG_ENGLISH} "${NAME} is running. Close its window, and end an esd that works in a terminal or as a service; then try again."
LangString IT_RUNS ${LANG_GERMAN} "${NAME} läuft gerade. Schließen Sie das Fenster und beenden Sie ein esd, das in einem Terminal oder als Dienst arbeitet; versuchen Sie es dann noch einmal."
LangString IT_RUNS ${LANG_GREEK} "Το ${NAME} εκτελείται. Κλείστε το παράθυρό του και τερματίστε κάθε esd που εργάζεται σε τερματικό ή ως υπηρεσία· μετά δοκιμάστε ξανά."

LangString NEWER_IS_THERE ${LANG_ENGLISH} "A newer version of ${NAME} is installed, and its data may be too new for ${VERSION}. To go back to ${VERSION}, uninstall the newer one first."
LangString NEWER_IS_THERE ${LANG_GERMAN} "Eine neuere Version von ${NAME} ist installiert, und ihre Daten sind vielleicht zu neu für ${VERSION}. Um zu ${VERSION} zurückzukehren, deinstallieren Sie zuerst die neuere."
LangString NEWER_IS_THERE ${LANG_GREEK} "Είναι εγκατεστημένη νεότερη έκδοση του ${NAME} και τα δεδομένα της ίσως είναι πολύ νέα για την ${VERSION}. Για να επιστρέψετε στην ${VERSION}, απεγκαταστήστε πρώτα τη νεότερη."

LangString NOT_WRITTEN ${LANG_ENGLISH} "${NAME} could not be written to $INSTDIR. Is the disk full, or the folder somebody else's? Your data is untouched; run this again when it is mended."
LangString NOT_WRITTEN ${LANG_GERMAN} "${NAME} konnte nicht nach $INSTDIR geschrieben werden. Ist der Datenträger voll, oder gehört der Ordner jemand anderem? Ihre Daten sind unberührt; starten Sie dies noch einmal, wenn es behoben ist."
LangString NOT_WRITTEN ${LANG_GREEK} "Το ${NAME} δεν μπόρεσε να γραφτεί στο $INSTDIR. Μήπως ο δίσκος είναι γεμάτος ή ο φάκελος ανήκει σε άλλον; Τα δεδομένα σας δεν αλλάχτηκαν· εκτελέστε το ξανά όταν διορθωθεί."

LangString FOR_WHOM ${LANG_ENGLISH} "For whom is it?"
LangString FOR_WHOM ${LANG_GERMAN} "Für wen ist es?"
LangString FOR_WHOM ${LANG_GREEK} "Για ποιον είναι;"

LangString FOR_WHOM_MORE ${LANG_ENGLISH} "Everybody has data of his own in either case."
LangString FOR_WHOM_MORE ${LANG_GERMAN} "Jeder hat in beiden Fällen seine eigenen Daten."
LangString FOR_WHOM_MORE ${LANG_GREEK} "Ο καθένας έχει και στις δύο περιπτώσεις τα δικά του δεδομένα."

LangString FOR_ME ${LANG_ENGLISH} "Only for me"
LangString FOR_ME ${LANG_GERMAN} "Nur für mich"
LangString FOR_ME ${LANG_GREEK} "Μόνο για εμένα"

LangString FOR_EVERYBODY ${LANG_ENGLISH} "For everybody on this computer (needs an administrator)"
LangString FOR_EVERYBODY ${LANG_GERMAN} "Für alle auf diesem Computer (braucht einen Administrator)"
LangString FOR_EVERYBODY ${LANG_GREEK} "Για όλους σε αυτόν τον υπολογιστή (χρειάζεται διαχειριστή)"

LangString COMMAND_LINE ${LANG_ENGLISH} "${NAME} command line"
LangString COMMAND_LINE ${LANG_GERMAN} "${NAME} Befehlszeile"
LangString COMMAND_LINE ${LANG_GREEK} "Γραμμή εντολών ${NAME}"

LangString MY_DATA ${LANG_ENGLISH} "My data and passwords"
LangString MY_DATA ${LANG_GERMAN} "Meine Daten und Kennwörter"
LangString MY_DATA ${LANG_GREEK} "Τα δεδομένα και οι κωδικοί μου"

LangString MY_DATA_MORE ${LANG_ENGLISH} "The store, its backups, settings and logs in $LOCALAPPDATA\${NAME}, and what ${NAME} keeps in the Credential Manager. Cannot be undone. Other people's data and a store on a server or elsewhere stay."
LangString MY_DATA_MORE ${LANG_GERMAN} "Datenbank, Sicherungen, Einstellungen und Protokolle in $LOCALAPPDATA\${NAME} und was ${NAME} in der Anmeldeinformationsverwaltung hält. Endgültig. Die Daten anderer und eine Datenbank auf einem Server oder anderswo bleiben."
LangString MY_DATA_MORE ${LANG_GREEK} "Η βάση, τα αντίγραφα ασφαλείας, οι ρυθμίσεις και τα αρχεία καταγραφής στο $LOCALAPPDATA\${NAME} και όσα κρατά το ${NAME} στη Διαχείριση διαπιστευτηρίων. Δεν αναιρείται. Τα δεδομένα άλλων και μια βάση σε διακομιστή ή αλλού μένουν."
