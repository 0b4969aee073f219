// Asio's non-template code, compiled once: every other file only sees declarations, which halves
// the time to rebuild one of them.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
