#pragma once
// What makes one program out of the shared parts: its behaviour, what it serves and, for a defect
// build, its record.

#include "servers/reference/behaviour.hpp"
#include "servers/reference/service.hpp"

#include <memory>
#include <string>
#include <vector>

namespace reference {

struct defect_record {
    std::string name;                    // the file's
    std::string origin;                  // owner/repository#issue of the real bug
    std::string suite;                   // the suite that finds it
    std::string scenario;                // and the scenario of it
    std::string expects;                 // finding id
    std::vector<std::string> also = {};  // finding ids that follow from the same bug
    std::string says = {};               // what its message must contain
    std::string lifecycle = "process";
    // The target file, without .json, that the defect's is made from (defects.cmake reads it), and
    // so its repaired twin; empty: the lifecycle decides.
    std::string base = {};
    // Enough to find it: with 99 % where it is a matter of chance, and where the machine stalls in
    // most cycles, so that requests start too late to be owed anything.
    unsigned cycles = 10;
};

struct server_build {
    std::string program;
    std::unique_ptr<behaviour> conduct;
    std::unique_ptr<application> serves = make_answering_application();
    defect_record defect;  // nameless in the reference build
};

// Defined once a program: in reference_build.cpp or in a file of servers/defects/.
server_build this_build();

// One JSON object.
std::string to_json(const defect_record& record);

}  // namespace reference
