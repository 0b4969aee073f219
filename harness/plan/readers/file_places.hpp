#pragma once
// Paths inside target and suite files are meant relative to the file that names them.

#include <string>

namespace stormdrain {

// "servers/nginx" for "servers/nginx/target.json", as written.
std::string folder_of(const std::string& file);
// The path as seen from `folder`; absolute paths stay.
std::string beside(const std::string& folder, const std::string& path);
// The same, absolute: for whatever is used after the server's working folder was entered.
std::string absolute_beside(const std::string& folder, const std::string& path);
// A relative path that does not lead out of its folder.
bool stays_inside(const std::string& path);

}  // namespace stormdrain
