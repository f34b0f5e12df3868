#include "models/network/dataset/data_arguments.h"

namespace quell::network {

void DataArguments::register_arguments(config::OptionTable& table) {
    table.add_argument("data", source_.folder).help("Folder of the labelled images");
    table
        .add_argument("dataset", source_.dataset,
                      config::Choices<Dataset>{{"cifar10", Dataset::cifar10},
                                               {"synthetic", Dataset::synthetic},
                                               {"npy", Dataset::npy},
                                               {"images", Dataset::images}})
        .help(
            "CIFAR-10's binary files, the set that needs no folder, {train,test}_{images,labels}.npy, or "
            "JPEG and PNG files in a folder per class");
    table.add_argument("class-names", source_.class_names)
        .help("File with the name of a class per line, from class 0: the numbers of images' class folders");
    table.add_argument("label-offset", source_.label_offset)
        .range(-1e6, 1e6)
        .help("Added to every label: 1 for networks whose class 0 is a background");
    table
        .add_argument("unreadable", source_.unreadable,
                      config::Choices<Unreadable>{{"fatal", Unreadable::fatal}, {"skip", Unreadable::skip}})
        .help("Whether an image file that cannot be read ends the command or is left out and counted");
}

void DataArguments::check(const config::OptionTable& table) const {
    for (const char* option : {"dataset", "class-names", "label-offset", "unreadable"}) {
        if (!has_images() && table.is_given(option))
            throw UsageError("--{}: there are no images to take, expected --data DIR with it", option);
    }
    if (source_.dataset == Dataset::synthetic && !source_.folder.empty())
        throw UsageError("--data {}: --dataset synthetic is computed, expected no folder", source_.folder);
    if (source_.dataset == Dataset::images) return;
    for (const char* option : {"class-names", "unreadable"}) {
        if (table.is_given(option)) {
            throw UsageError("--{} {}: without effect, expected --dataset images with it", option,
                             table.at(option).text());
        }
    }
    for (const char* option : {"input.resize", "input.interpolation"}) {
        if (table.at(option).origin() == config::Origin::command_line) {
            throw UsageError("{} = {}: without effect, expected --dataset images with it", option,
                             table.at(option).text());
        }
    }
}

std::string DataArguments::name() const {
    return source_.folder.empty() ? "the synthetic set" : source_.folder;
}

}  // namespace quell::network
