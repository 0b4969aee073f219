#pragma once
// The server of the example: says hello to every request, in a thread of its own.

#include <cstdint>
#include <map>
#include <string>
#include <thread>

namespace embedded {

// Whether stop() is told of, or forgotten as it was in many a framework.
enum class stop_manner { closes_everything, forgets_its_thread };

class hello_server {
public:
    explicit hello_server(stop_manner manner) : manner_(manner) {}
    hello_server(const hello_server&) = delete;
    hello_server& operator=(const hello_server&) = delete;
    ~hello_server();

    void start(std::uint16_t port);
    // Returns once every connection is closed.
    void stop();

private:
    void serve();
    void accept_one();
    // False: the connection is at its end.
    bool answer(int connection, std::string& request) const;

    stop_manner manner_;
    int listener_ = -1;
    int wake_ = -1;                        // readable once it is to stop
    std::map<int, std::string> requests_;  // of each connection what is not answered yet
    std::thread thread_;
};

}  // namespace embedded
