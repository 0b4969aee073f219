#include "harness/process/stacks/frame_text.hpp"

#include "harness/process/stacks/frame_name.hpp"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace stormdrain {
namespace {

struct freed {
    void operator()(Dwarf_Die* scopes) const { std::free(scopes); }
};

std::string file_name(const char* path) {
    return path == nullptr ? "" : std::filesystem::path(path).filename().string();
}

struct source_line {
    std::string path;  // empty: unknown
    int number = 0;
};

source_line make_line(const char* path, int number) {
    return {path == nullptr ? "" : path, number};
}

std::string text_of(const source_line& line) {
    return line.path.empty()
               ? ""
               : " at " + file_name(line.path.c_str()) + ":" + std::to_string(line.number);
}

source_line line_of(Dwfl_Module* module, Dwarf_Addr address) {
    int number = 0;
    Dwfl_Line* line = dwfl_module_getsrc(module, address);
    const char* path = line == nullptr
                           ? nullptr
                           : dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
    return make_line(path, number);
}

using scope_list = std::vector<Dwarf_Die>;

// What contains the entry, innermost first and itself before all.
scope_list scopes_of(Dwarf_Die* entry) {
    Dwarf_Die* listed = nullptr;
    const int count = dwarf_getscopes_die(entry, &listed);
    const std::unique_ptr<Dwarf_Die, freed> owner(listed);
    return count > 0 ? scope_list(listed, listed + count) : scope_list();
}

// The entry of the function's own declaration: a copy of it that was put into another function
// refers to its definition, and that to where its class declares it.
Dwarf_Die declaration_of(const Dwarf_Die& function) {
    constexpr int references_max = 4;  // two are needed
    Dwarf_Die found = function;
    for (int followed = 0; followed < references_max; ++followed) {
        Dwarf_Attribute attribute;
        Dwarf_Die next;
        const bool refers = dwarf_attr(&found, DW_AT_abstract_origin, &attribute) != nullptr ||
                            dwarf_attr(&found, DW_AT_specification, &attribute) != nullptr;
        if (!refers || dwarf_formref_die(&attribute, &next) == nullptr) {
            break;
        }
        found = next;
    }
    return found;
}

std::string name_of(Dwarf_Die* function) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(function, DW_AT_linkage_name, &attribute) != nullptr) {
        return readable_name(dwarf_formstring(&attribute));
    }
    // With little debug information (-g1) there is no such name, and the parts have to be put
    // together.
    Dwarf_Die declaration = declaration_of(*function);
    std::string name;
    for (Dwarf_Die& scope : scopes_of(&declaration)) {
        const int tag = dwarf_tag(&scope);
        const char* part = dwarf_diename(&scope);
        const bool counts = name.empty() || tag == DW_TAG_namespace || tag == DW_TAG_class_type ||
                            tag == DW_TAG_structure_type || tag == DW_TAG_subprogram;
        if (part != nullptr && counts) {
            name = part + (name.empty() ? "" : "::" + name);
        }
    }
    return name.empty() ? "??" : readable_source_name(name);
}

Dwarf_Word number_of(Dwarf_Die* die, unsigned wanted) {
    Dwarf_Attribute attribute;
    Dwarf_Word number = 0;
    if (dwarf_attr(die, wanted, &attribute) == nullptr ||
        dwarf_formudata(&attribute, &number) != 0) {
        return 0;
    }
    return number;
}

// Where the function that was put into another one is called in that.
source_line line_of_call(Dwarf_Die* inlined, Dwarf_Die* unit) {
    Dwarf_Files* files = nullptr;
    if (dwarf_getsrcfiles(unit, &files, nullptr) != 0) {
        return {};
    }
    const char* path = dwarf_filesrc(files, number_of(inlined, DW_AT_call_file), nullptr, nullptr);
    return make_line(path, static_cast<int>(number_of(inlined, DW_AT_call_line)));
}

// Functions of installed headers, such as the standard library's, that were put into another: half
// a dozen between any two that somebody wrote.
bool is_wrapper(const source_line& line) {
    return line.path.starts_with("/usr/");
}

// The innermost entry of the debug information around the address, if any. The others that
// dwarf_getscopes() lists are those around the definition of a function that was put into another,
// not those around the place it was put into (libdw.h).
std::optional<Dwarf_Die> innermost_scope(Dwarf_Die* unit, Dwarf_Addr address) {
    Dwarf_Die* listed = nullptr;
    const int count = unit == nullptr ? 0 : dwarf_getscopes(unit, address, &listed);
    const std::unique_ptr<Dwarf_Die, freed> owner(listed);
    return count > 0 ? std::optional(listed[0]) : std::nullopt;
}

std::vector<std::string> own_frames(Dwfl_Module* module, Dwarf_Addr address,
                                    const std::string& outermost) {
    std::vector<std::string> frames;
    source_line line = line_of(module, address);
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = dwfl_module_addrdie(module, address, &bias);
    std::optional<Dwarf_Die> innermost = innermost_scope(unit, address - bias);
    for (Dwarf_Die& scope : innermost ? scopes_of(&*innermost) : scope_list()) {
        const int tag = dwarf_tag(&scope);
        if (tag == DW_TAG_subprogram) {
            break;
        }
        if (tag == DW_TAG_inlined_subroutine) {
            if (!is_wrapper(line)) {
                frames.push_back(name_of(&scope) + text_of(line));
            }
            line = line_of_call(&scope, unit);
        }
    }
    frames.push_back(outermost + text_of(line));
    return frames;
}

}  // namespace

std::vector<std::string> frames_at(Dwfl* session, std::uint64_t address,
                                   const std::string& program) {
    Dwfl_Module* module = dwfl_addrmodule(session, address);
    if (module == nullptr) {
        return {"?? outside of any file"};  // code made at run time, or a broken stack
    }
    Dwarf_Addr start = 0;
    const char* path =
        dwfl_module_info(module, nullptr, &start, nullptr, nullptr, nullptr, nullptr, nullptr);
    GElf_Off offset = 0;
    GElf_Sym symbol{};
    const char* name =
        dwfl_module_addrinfo(module, address, &offset, &symbol, nullptr, nullptr, nullptr);
    if (name == nullptr) {
        std::array<char, 32> where{};
        std::snprintf(where.data(), where.size(), "+0x%llx",
                      static_cast<unsigned long long>(address - start));
        return {"?? in " + file_name(path) + where.data()};
    }
    if (path == nullptr || program != path) {
        return {readable_name(name) + " in " + file_name(path)};
    }
    return own_frames(module, address, readable_name(name));
}

}  // namespace stormdrain
