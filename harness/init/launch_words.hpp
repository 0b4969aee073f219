#pragma once
// A command line as somebody typed it, on its way into a target file: placeholders become the
// file's variables, and paths become independent of the folder in which they were typed. Pure.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

// What `{port}` is called until it is known what is spoken there. Nobody can say {port:port}.
inline constexpr std::string_view unnamed_port = "port";

// A file that is written anew for each start, with the variables of target files replaced.
struct launch_file {
    std::string name;     // inside the start's folder
    std::string path;     // of the template
    std::string written;  // the same as the target file says it
    std::string text;
    bool operator==(const launch_file&) const = default;
};

struct launch_words {
    std::vector<std::string> argv;
    std::vector<std::pair<std::string, std::string>> environment = {};  // beside what is inherited
    std::vector<launch_file> files = {};
    bool operator==(const launch_words&) const = default;
};

// What is wrong with the placeholders, a sentence each.
std::vector<std::string> problems_of(const launch_words& typed);

// The names of the ports that placeholders ask for, each once, as they first appear: "admin" of
// {port:admin}, unnamed_port of {port}; and of those that templates name, as ${port.admin}.
std::vector<std::string> asked_ports(const launch_words& typed);

// {port} becomes ${port.NAME} with the name given here, {port:admin} ${port.admin}; {folder},
// {tls.certificate} and {tls.key} become variables as well. All other braces stay.
launch_words with_variables(launch_words typed, std::string_view unnamed);

// Tells whether there is something at an absolute path.
using path_test = std::function<bool(const std::string& path)>;

struct launch_folders {
    std::string current;  // in which the words were typed; absolute
    std::string target;   // of the target file; absolute
};

// The absolute path as the target file says it: "${target_folder}/../etc/app.conf"; as it is when
// the two have nothing in common but the root.
std::string seen_from_target(const std::string& path, const launch_folders& folders);

// The program of argv, when it is named by a relative path.
launch_words with_program_place(launch_words typed, const launch_folders& folders);
// The same, and every relative path of something that is there: a word with a slash or a dot in
// it, or that follows an option ("-c app", "--config=app"). A word such as "serve" alone is rather
// a command than the folder of that name; and the name of a rendered file is meant for that.
launch_words with_places(launch_words typed, const launch_folders& folders,
                         const path_test& exists);

// A name for the target after its program: "my_server" for "./build/My-Server.sh".
std::string name_after(const std::string& program);

}  // namespace stormdrain
