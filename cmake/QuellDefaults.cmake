# What every target of the project shares: the language, the warnings, the default build type.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# quell_library(<folder name>): one static library per folder with its alias target quell::<name>.
function(quell_library name)
    add_library(quell_${name} STATIC)
    add_library(quell::${name} ALIAS quell_${name})
    set_target_properties(quell_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
    target_include_directories(quell_${name} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/quell>)
    target_compile_features(quell_${name} PUBLIC cxx_std_20)
    quell_compile_options(quell_${name})
endfunction()

function(quell_compile_options target)
    # -ffp-contract=off: the same bits whether or not the processor has a fused multiply-add.
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
        # GCC 12 sees overlaps where two strings are joined (GCC bug 105651).
        $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
        -ffp-contract=off $<$<BOOL:${QUELL_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# quell_vector_sources(<target> <sources>): loops written for AVX2 and FMA, compiled so on x86-64 alone and called only where
# the processor has them (models/numeric/vectors.h). They hold no function that another source could share.
include(CheckCXXCompilerFlag)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    check_cxx_compiler_flag("-mavx2 -mfma" QUELL_COMPILES_AVX2)
endif()
function(quell_vector_sources target)
    if(QUELL_COMPILES_AVX2)
        set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
    endif()
endfunction()

# quell_documents(<program>): its man page and completion, printed by itself, where man and bash look beside a bin folder.
function(quell_documents program)
    set(man "${PROJECT_BINARY_DIR}/share/man/man1")
    set(completions "${PROJECT_BINARY_DIR}/share/bash-completion/completions")
    file(MAKE_DIRECTORY "${man}" "${completions}")
    add_custom_command(TARGET ${program} POST_BUILD
        COMMAND ${program} help --as man > "${man}/${program}.1"
        COMMAND ${program} help --as bash > "${completions}/${program}" VERBATIM)
endfunction()
