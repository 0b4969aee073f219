# CPack runs this on the staged files before it packs them: what Debian's policy asks of a package
# (sections 12.1, 12.5 and 12.7) and an installation under another prefix does not need.
set(root ${CPACK_TEMPORARY_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)

# Where Debian's zsh looks; site-functions are the administrator's.
file(MAKE_DIRECTORY ${root}/zsh/vendor-completions)
file(RENAME ${root}/zsh/site-functions/_stormdrain ${root}/zsh/vendor-completions/_stormdrain)
file(REMOVE_RECURSE ${root}/zsh/site-functions)

file(COPY ${CPACK_STORMDRAIN_DEBIAN_FOLDER}/copyright
          ${CPACK_STORMDRAIN_DEBIAN_FOLDER}/changelog
    DESTINATION ${root}/doc/stormdrain
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
# -n: no time of making, so that equal files make equal packages.
execute_process(
    COMMAND gzip -9n ${root}/doc/stormdrain/changelog ${root}/man/man1/stormdrain.1
    COMMAND_ERROR_IS_FATAL ANY)
