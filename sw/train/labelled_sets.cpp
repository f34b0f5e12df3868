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
        const auto name = [](const std::string* class_name) {
            return class_name ? "'" + *class_name + "'" : std::string("no more");
        };
        throw Error(
            "{}: the classes to train and to test with differ: after {} equal ones comes {} to train "
            "with and {} to test with",
            source.folder, first - train.begin(), name(first != train.end() ? &*first : nullptr),
            name(other != test.end() ? &*other : nullptr));
    }
    return sets;
}

}  // namespace quell::train
