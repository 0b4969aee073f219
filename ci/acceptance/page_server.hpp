#pragma once
// Serves one page to a browser, with the headers that a CI system would send along.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace stormdrain::acceptance {

class page_server {
public:
    // `headers`: lines, each with its CR LF. Throws std::system_error.
    page_server(std::string page, std::string headers);
    page_server(const page_server&) = delete;
    page_server& operator=(const page_server&) = delete;
    ~page_server();

    std::string url() const;

private:
    void serve();
    void answer(int connection) const;

    std::string page_;
    std::string headers_;
    int listener_ = -1;
    int stop_ = -1;  // an eventfd
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace stormdrain::acceptance
