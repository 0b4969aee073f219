#include "harness/process/launch/descriptor_passing.hpp"

#include "harness/base/environment_error.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace stormdrain {
namespace {

// Room for the descriptors of one message, aligned as the CMSG macros want it.
union control_room {
    cmsghdr header;
    char bytes[CMSG_SPACE(passed_descriptors_max * sizeof(int))];
};

std::vector<owned_descriptor> take_descriptors(msghdr& header) {
    std::vector<owned_descriptor> taken;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = 0; index < count; ++index) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(part) + index * sizeof(int), sizeof(int));
            taken.emplace_back(number);
        }
    }
    return taken;
}

}  // namespace

channel_pair make_channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        throw environment_error(std::string("socketpair: ") + std::strerror(errno));
    }
    return {owned_descriptor(ends[0]), owned_descriptor(ends[1])};
}

int send_message(int channel, std::span<const std::byte> message,
                 std::span<const int> descriptors) {
    if (descriptors.size() > passed_descriptors_max) {
        return E2BIG;
    }
    // sendmsg(2) does not write through it, but its struct has no const.
    iovec content{const_cast<std::byte*>(message.data()), message.size()};
    control_room control{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    if (!descriptors.empty()) {
        header.msg_control = &control;
        header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(channel, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

received_message receive_message(int channel, std::span<std::byte> into, receive_mode mode) {
    iovec content{into.data(), into.size()};
    control_room control{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = &control;
    header.msg_controllen = sizeof(control);
    const int wait_or_not = mode == receive_mode::at_once ? MSG_DONTWAIT : 0;
    ssize_t count = -1;
    do {
        count = ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC | wait_or_not);
    } while (count < 0 && errno == EINTR);
    received_message message;
    if (count < 0) {
        message.error = errno;
        return message;
    }
    message.bytes_count = static_cast<std::size_t>(count);
    message.descriptors = take_descriptors(header);
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        message.error = EMSGSIZE;
    }
    return message;
}

}  // namespace stormdrain
