#include "sw/train/labelled_sets.h"

#include <algorithm>

namespace quell::train {

LabelledSets read_sets(const network::DataSource& source, std::int64_t train_limit, std::int64_t test_limit,
                       const Shape& network_shape, const config::InputConfig& input, int threads) {
    using network::Part;
    LabelledSets sets{network::read_dataset(source, Part::train, train_limit, network_shape, input, threads),
                      network::read_dataset(source, Part::test, test_limit, network_shape, input, threads)};
    const auto &train = sets.train.class_names, &test = sets.test.class_names;
    const auto [first, other] = std::ranges::mismatch(train, test);
    if (first != train.end() || other != test.end()) {
        throw Error("{}: the classes to train and to test with differ, first where {} and {} are",
                    source.folder, first != train.end() ? *first : "none",
                    other != test.end() ? *other : "none");
    }
    return sets;
}

}  // namespace quell::train
