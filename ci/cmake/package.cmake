# The Debian package, made by CPack of what `cmake --install` lays out: ci/package.
set(STORMDRAIN_MAINTAINER "stormdrain maintainers <maintainers@stormdrain.invalid>" CACHE STRING
    "Who is written to about the package: NAME <ADDRESS>")

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_CONTACT "${STORMDRAIN_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "network fault-injection and soak-test harness")
file(READ ${PROJECT_SOURCE_DIR}/ci/debian/description CPACK_DEBIAN_PACKAGE_DESCRIPTION)
string(STRIP "${CPACK_DEBIAN_PACKAGE_DESCRIPTION}" CPACK_DEBIAN_PACKAGE_DESCRIPTION)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# Else folders are as the umask of whoever builds leaves them.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Of the libraries that the programs are linked with: dpkg-shlibdeps (package dpkg-dev) tells, of
# what file(1) says is a program. Without these two the package depends on nothing, and CPack does
# not complain: ci/package installs them and looks at the result.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

# What only a package has: see there.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/ci/debian/lay_out.cmake)
set(CPACK_STORMDRAIN_DEBIAN_FOLDER ${PROJECT_SOURCE_DIR}/ci/debian)
include(CPack)
