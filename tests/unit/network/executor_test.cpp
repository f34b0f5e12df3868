#include "models/network/executor.h"
#include "models/network/evaluation.h"
#include "models/network/graph_builder.h"
#include "tests/support/catch.h"
#include "tests/unit/network/network_samples.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

using namespace quell;
using namespace quell::network;
using test::random_tensor;

namespace {

// Two convolutions, a shortcut around the second, a classifier: buffers are shared, in place and live across.
Graph residual_network() {
    std::uint32_t seed = 0;
    GraphBuilder net("residual", [&seed](const ParameterRequest& request) {
        return random_tensor(request.shape, ++seed, -0.5F, 0.5F);
    });
    std::string x = net.input("image", {-1, 2, 6, 6});
    x = net.relu("relu1",
                 net.convolution("conv1", x,
                                 {.channels = 4, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .bias = true}));
    const auto y = net.convolution("conv2", x, {.channels = 4, .bias = true});
    x = net.relu("relu2", net.add("add", y, x));
    x = net.flatten("flatten", net.global_average_pool("pool", x));
    return net.build(std::vector<std::string>{net.linear("fc", x, 3)});
}

class Recorder : public ProductHook {
public:
    explicit Recorder(float added = 0) : added_(added) {}
    void after_product(const ProductSite& site, std::span<float> values) const override {
        const std::lock_guard lock(mutex_);
        sites.push_back(site);
        sizes.push_back(values.size());
        names.push_back(site.node->name);
        smallest.push_back(*std::min_element(values.begin(), values.end()));
        for (float& value : values) value += added_;
    }

    mutable std::vector<ProductSite> sites;
    mutable std::vector<std::size_t> sizes;
    mutable std::vector<std::string> names;
    mutable std::vector<float> smallest;

private:
    float added_;
    mutable std::mutex mutex_;
};

}  // namespace

TEST_CASE("the hook sees every product, with its bias and before its activation") {
    const auto executor = make_float32_executor(residual_network());
    const Tensor<float> image = random_tensor({2, 6, 6}, 99);
    const Recorder recorder;
    const auto hooked = executor->run(image, 7, &recorder);
    CHECK(hooked.values == executor->run(image).values);
    CHECK(recorder.names == std::vector<std::string>{"conv1", "conv2", "fc"});
    CHECK(recorder.sizes == std::vector<std::size_t>{144, 144, 3});
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(recorder.sites[i].product == static_cast<std::int64_t>(i) + 1);
        CHECK(recorder.sites[i].image == 7);
    }
    CHECK(recorder.sites[1].convolution == 2);
    CHECK(recorder.sites[2].convolution == 0);
    CHECK(recorder.sites[0].channels == 4);
    CHECK(recorder.sites[0].height == 6);
    CHECK(recorder.smallest[0] < 0);  // a ReLU would have left none
    CHECK(executor->products().size() == 3);

    // One added to the classifier's products is one added to its outputs.
    const Recorder shift(1);
    CHECK(executor->run(image, 0, &shift).values != hooked.values);
}

TEST_CASE("products of a denoiser block are digital: no hook, no number") {
    Graph graph = residual_network();
    graph.nodes[2].metadata["denoiser"] = "1:reduce";
    REQUIRE(graph.nodes[2].name == "conv2");
    const auto executor = make_float32_executor(graph);
    const Recorder recorder;
    executor->run(random_tensor({2, 6, 6}, 1), 0, &recorder);
    CHECK(recorder.names == std::vector<std::string>{"conv1", "fc"});
    CHECK(executor->products()[1].product == 2);
}

TEST_CASE("the executor computes what the single nodes compute one after the other") {
    const Graph graph = residual_network();
    const Tensor<float> image = random_tensor({1, 2, 6, 6}, 5);
    std::map<std::string, Tensor<float>> values{{"image", image}};
    for (const auto& [name, constant] : graph.constants) values[name] = constant;
    for (const Node& node : graph.nodes) {
        Graph single;
        single.name = node.name;
        single.nodes = {node};
        single.outputs = {{node.output, {}}};
        std::map<std::string, Tensor<float>> inputs;
        for (const std::string& input : node.inputs) {
            inputs[input] = values.at(input);
            single.inputs.push_back({input, values.at(input).shape});
        }
        values[node.output] = run_once(single, inputs).at(node.output);
    }
    const auto y = make_float32_executor(graph)->run(Tensor<float>({2, 6, 6}, image.values));
    CHECK(y.shape == Shape{3});
    CHECK(y.values == values.at(graph.outputs[0].name).values);
}

TEST_CASE("wrong images and networks are refused by one line") {
    const auto executor = make_float32_executor(residual_network());
    CHECK_THROWS_WITH(executor->run(random_tensor({3, 6, 6}, 1)),
                      test::contains("2x6x6") && test::contains("3x6x6"));
    Graph batch = residual_network();
    batch.inputs[0].shape[0] = 4;
    CHECK_THROWS_WITH(make_float32_executor(batch), test::contains("batch is fixed at 4"));
    Graph two = residual_network();
    two.inputs.push_back({"other", {1}});
    CHECK_THROWS_WITH(make_float32_executor(two), test::contains("2 inputs"));
    Graph empty = residual_network();
    empty.constants.begin()->second.values.clear();
    CHECK_THROWS_WITH(make_float32_executor(empty), test::contains("without weights"));
}

TEST_CASE("images are handed out once each, and a failure stops the rest") {
    const int threads = GENERATE(1, 2, 5);
    std::mutex mutex;
    std::multiset<std::int64_t> seen;
    for_each_image(100, threads, [&](std::int64_t image, int worker) {
        const std::lock_guard lock(mutex);
        CHECK(worker < threads);
        seen.insert(image);
    });
    CHECK(seen.size() == 100);
    CHECK(std::set<std::int64_t>(seen.begin(), seen.end()).size() == 100);
    for_each_image(0, threads, [](std::int64_t, int) { throw Error("no image, no call"); });

    std::atomic<int> calls{0};
    CHECK_THROWS_WITH(for_each_image(100000, threads,
                                     [&](std::int64_t image, int) {
                                         ++calls;
                                         if (image == 3) throw Error("image {} is bad", image);
                                     }),
                      "image 3 is bad");
    CHECK(calls < 100000);
}

TEST_CASE("an evaluation counts the right answers, whatever the number of threads") {
    const auto executor = make_float32_executor(residual_network());
    const auto values = random_tensor({40, 2, 6, 6}, 4, 0, 255);
    std::vector<std::uint8_t> pixels;
    for (const float value : values.values) pixels.push_back(static_cast<std::uint8_t>(value));
    LabelledImages images = images_in_memory({2, 6, 6}, 3, std::vector<std::int64_t>(40), pixels);
    const config::InputConfig input{1.0 / 255, {0.5}, {0.25}};
    const Evaluation first = evaluate(*executor, images, input, nullptr, 1);
    for (std::size_t i = 0; i < 30; ++i) images.labels[i] = first.predictions[i];
    for (std::size_t i = 30; i < 40; ++i) images.labels[i] = (first.predictions[i] + 1) % 3;
    const Evaluation second = evaluate(*executor, images, input, nullptr, 2);
    CHECK(second.correct == 30);
    CHECK(second.accuracy_percent() == 75);
    CHECK(second.logits.values == first.logits.values);
    CHECK(second.logits.shape == Shape{40, 3});

    images.image_shape = {2, 3, 12};
    CHECK_THROWS_WITH(evaluate(*executor, images, input), test::contains("2x3x12"));
    images.image_shape = {2, 6, 6};
    images.classes = 10;
    CHECK_THROWS_WITH(evaluate(*executor, images, input), test::contains("3 outputs"));
}
