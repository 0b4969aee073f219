# find_package(stormdrain): the program as stormdrain::program, and stormdrain::embed, a header that
# runs it from tests in C++ (servers/embedded is an example).
get_filename_component(stormdrain_prefix ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)
if(NOT TARGET stormdrain::program)
    add_executable(stormdrain::program IMPORTED)
    set_target_properties(stormdrain::program PROPERTIES
        IMPORTED_LOCATION ${stormdrain_prefix}/bin/stormdrain)
    add_library(stormdrain::embed INTERFACE IMPORTED)
    target_compile_features(stormdrain::embed INTERFACE cxx_std_20)
    target_include_directories(stormdrain::embed INTERFACE ${stormdrain_prefix}/include)
    target_compile_definitions(stormdrain::embed INTERFACE
        STORMDRAIN_PROGRAM="${stormdrain_prefix}/bin/stormdrain")
endif()
unset(stormdrain_prefix)
