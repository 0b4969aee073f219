# stormdrain_catalogue(<list-name> TYPE <type> HEADER <header> NAMESPACE <ns> FOLDER <folder>
#                      [EXCLUDE <file names>])
#
# Makes the table of everything a folder offers: one object `extern const <type> <file name>` a
# source file. Adding a file is enough; a file without the object is a link error that names it.
# (Objects that register themselves are dropped by the linker from static libraries.)
# EXCLUDE names the files that serve the others. Sets <list-name>_TABLE, the source to compile.
function(stormdrain_catalogue list)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TYPE;HEADER;NAMESPACE;FOLDER" "EXCLUDE")
    file(GLOB sources CONFIGURE_DEPENDS ${arg_FOLDER}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "_(test|fuzz|benchmark)\\.cpp$")
    foreach(excluded IN LISTS arg_EXCLUDE)
        list(FILTER sources EXCLUDE REGEX "/${excluded}\\.cpp$")
    endforeach()
    set(declarations)
    set(entries)
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WE)
        string(APPEND declarations "extern const ${arg_TYPE} ${name};\n")
        string(APPEND entries "    &${arg_NAMESPACE}::${name},\n")
    endforeach()
    set(table ${CMAKE_CURRENT_BINARY_DIR}/${list}.cpp)
    file(CONFIGURE OUTPUT ${table} @ONLY CONTENT
"// Made by ci/cmake/catalogue.cmake from the files of @arg_FOLDER@: do not edit.
#include \"@arg_HEADER@\"

namespace @arg_NAMESPACE@ {
@declarations@}

namespace stormdrain {
namespace {
constexpr const @arg_TYPE@* table[] = {
@entries@};
}

std::span<const @arg_TYPE@* const> @list@() { return table; }
}
")
    set(${list}_TABLE ${table} PARENT_SCOPE)
endfunction()

# Builds the programs of the tests labelled unit, and no other; and what all other tests need.
add_custom_target(unit_tests)
add_custom_target(other_tests)

# stormdrain_test(<name> SOURCES <files> LIBRARIES <targets> [LABELS <labels>])
# One GoogleTest program a room; each TEST is a ctest test of its own, with a time limit.
function(stormdrain_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
    if(NOT arg_SOURCES)
        return()
    endif()
    if(NOT arg_LABELS)
        set(arg_LABELS unit)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock)
    if(unit IN_LIST arg_LABELS)
        add_dependencies(unit_tests ${name})
    else()
        add_dependencies(other_tests ${name})
    endif()
    include(GoogleTest)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
        PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
