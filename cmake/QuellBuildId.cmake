# cmake -DSOURCE=DIR -DOUTPUT=FILE.cpp -P QuellBuildId.cmake: quell::reference::program_build() of the sources in DIR.
#
# The commit that last changed what is compiled: documentation and tests make no other build. Where files differ from it, a
# digest of the differences. Neither time nor place nor machine is in it, so that a build can be repeated bit for bit.
set(compiled CMakeLists.txt cmake models hw tlm sw)
set(id unknown)
find_program(GIT git)
if(GIT)
    set(ENV{GIT_OPTIONAL_LOCKS} 0)
    execute_process(COMMAND "${GIT}" log -1 --no-show-signature --format=%H -- ${compiled}
        WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
        RESULT_VARIABLE failed)
    if(NOT failed AND commit MATCHES "^[0-9a-f]+$")
        string(SUBSTRING "${commit}" 0 12 id)
        execute_process(
            COMMAND "${GIT}" diff --no-ext-diff --no-textconv --no-color --full-index --binary
                --src-prefix=a/ --dst-prefix=b/ HEAD -- ${compiled}
            WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE differences ERROR_QUIET RESULT_VARIABLE failed)
        if(NOT "${differences}" STREQUAL "")
            string(SHA1 digest "${differences}")
            string(SUBSTRING "${digest}" 0 7 digest)
            string(APPEND id "-modified-${digest}")
        endif()
    endif()
endif()
set(text "// Made by cmake/QuellBuildId.cmake at every build.
#include \"sw/reference/program.h\"

namespace quell::reference {

std::string program_build() {
    return \"${id}\";
}

}  // namespace quell::reference
")
set(there "")
if(EXISTS "${OUTPUT}")
    file(READ "${OUTPUT}" there)
endif()
if(NOT there STREQUAL text)
    file(WRITE "${OUTPUT}" "${text}")
endif()
