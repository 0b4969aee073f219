#pragma once
// A folder that goes away with the test.

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace stormdrain {

class temporary_folder {
public:
    temporary_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "stormdrain-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code left_behind;  // nothing a test could do about it
        std::filesystem::remove_all(path_, left_behind);
    }
    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace stormdrain
