#pragma once
// A short name for a folder: the path of a UNIX socket has at most 107 bytes (unix(7)), and folders
// of cycles lie deep.

#include <string>

namespace stormdrain {

// A symbolic link among the temporary files, which goes with this.
class short_folder {
public:
    // Throws environment_error.
    explicit short_folder(const std::string& folder);
    short_folder(const short_folder&) = delete;
    short_folder& operator=(const short_folder&) = delete;
    ~short_folder();

    const std::string& path() const { return link_; }

private:
    std::string link_;
};

// Whether a UNIX socket can have that path.
bool fits_socket_address(const std::string& path);

}  // namespace stormdrain
