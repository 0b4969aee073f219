# What `cmake --install` lays out under its prefix, and `package_parts`, which builds just that. The
# program finds all of it by its own place (harness/commands/installed_folders.hpp):
#   bin/stormdrain
#   libexec/stormdrain/         the reference servers of the suites: ${bin} of their target files
#   share/stormdrain/           suites, their schemas and target files, and what explains them, laid
#                               out as in the source tree: they name each other by relative paths
#   share/man, share/bash-completion, share/zsh, share/fish
#   share/cmake, include        find_package(stormdrain): stormdrain::embed for tests in C++
include(GNUInstallDirs)

install(TARGETS stormdrain RUNTIME)
install(TARGETS server_reference server_proxy
    RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/stormdrain)

set(stormdrain_share ${CMAKE_INSTALL_DATADIR}/stormdrain)
install(FILES README.md DESTINATION ${stormdrain_share})
install(DIRECTORY suites DESTINATION ${stormdrain_share}
    FILES_MATCHING PATTERN "*.json" PATTERN "*.xsd" PATTERN "*.md")
install(FILES servers/README.md DESTINATION ${stormdrain_share}/servers)
install(DIRECTORY servers/reference DESTINATION ${stormdrain_share}/servers
    FILES_MATCHING PATTERN "*.json"
    PATTERN "proxy" EXCLUDE PATTERN "testing" EXCLUDE)
install(FILES faults/README.md DESTINATION ${stormdrain_share}/faults)
install(FILES faults/link/README.md DESTINATION ${stormdrain_share}/faults/link)
install(FILES ci/README.md DESTINATION ${stormdrain_share}/ci)

install(FILES harness/embed/embed.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/stormdrain)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/share/stormdrain-config-version.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ci/cmake/stormdrain-config.cmake
    ${CMAKE_BINARY_DIR}/share/stormdrain-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_DATADIR}/cmake/stormdrain)

# stormdrain_says(<file> <path below share/> [help's options]) installs what the program says of
# itself, so that page and completions are those of this very build.
set(says_files)
function(stormdrain_says file folder)
    set(path ${CMAKE_BINARY_DIR}/share/${file})
    add_custom_command(OUTPUT ${path}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share
        COMMAND stormdrain help ${ARGN} > ${path}
        DEPENDS stormdrain VERBATIM)
    set(says_files ${says_files} ${path} PARENT_SCOPE)
    install(FILES ${path} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endfunction()
stormdrain_says(stormdrain.1 man/man1 --man)
stormdrain_says(stormdrain bash-completion/completions --completion bash)
stormdrain_says(_stormdrain zsh/site-functions --completion zsh)
stormdrain_says(stormdrain.fish fish/vendor_completions.d --completion fish)

add_custom_target(package_parts ALL DEPENDS ${says_files})
add_dependencies(package_parts stormdrain server_reference server_proxy)
