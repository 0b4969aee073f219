# One program and one target file for each file of this folder. The target file is the reference's
# with two names replaced, so that what the server promises is said once. A record's .base names
# another one beside it: a proxy's, or one of other options.
file(GLOB defect_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/reference/crowd.json
    ${CMAKE_CURRENT_SOURCE_DIR}/reference/target.json
    ${CMAKE_CURRENT_SOURCE_DIR}/reference/in_process.json
    ${CMAKE_CURRENT_SOURCE_DIR}/reference/other_timeouts.json
    ${CMAKE_CURRENT_SOURCE_DIR}/reference/proxy_match_both.json
    ${CMAKE_CURRENT_SOURCE_DIR}/reference/proxy_match_sni.json
    ${defect_sources})

add_custom_target(defects)
foreach(source IN LISTS defect_sources)
    get_filename_component(defect ${source} NAME_WE)
    add_executable(server_${defect} ${source})
    target_link_libraries(server_${defect} PRIVATE reference_main)
    add_dependencies(defects server_${defect})

    set(origin reference/target.json)
    file(STRINGS ${source} says_in_process REGEX "\\.lifecycle = \"in_process\"")
    if(says_in_process)
        set(origin reference/in_process.json)
    endif()
    file(STRINGS ${source} says_base REGEX "\\.base = \"")
    if(says_base MATCHES "\\.base = \"([a-z_]+)\"")
        set(origin reference/${CMAKE_MATCH_1}.json)
        if(CMAKE_MATCH_1 MATCHES "^proxy")
            target_link_libraries(server_${defect} PRIVATE proxy_parts)
        endif()
    endif()
    file(READ ${origin} target)
    string(REGEX REPLACE "\"name\": \"(reference|proxy)[a-z_]*\"" "\"name\": \"${defect}\""
        target "${target}")
    string(REGEX REPLACE "[$]{bin}/server_(reference|proxy)" "\${bin}/server_${defect}"
        target "${target}")
    string(REPLACE "../../suites/" "${PROJECT_SOURCE_DIR}/suites/" target "${target}")
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/defects/${defect}.json
        CONTENT "// Made from servers/${origin}: do not edit.\n@target@" @ONLY)
endforeach()
