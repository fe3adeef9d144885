#pragma once

#include "pg/columns.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {

/// A statement that runs an endpoint's function, and the columns of its rows.
struct Form {
    std::string left_out;  ///< 'x' for each parameter that is planned as its default, else ' '
    Statement statement;
    Columns columns;
};

}  // namespace rowhouse::pg
