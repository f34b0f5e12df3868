// The labelled images that commands know how to read.
#pragma once

namespace quell::cli {

enum class Dataset { cifar10 };

}  // namespace quell::cli
