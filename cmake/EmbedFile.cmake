# quell_embed_file(<target> <file> <name>): the file's bytes as `extern const unsigned char <name>[]` and `extern const
# unsigned long <name>_size` in namespace quell::embedded, compiled into the target.
function(quell_embed_file target file name)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    file(READ "${file}" digits HEX)
    # Lines of 32 bytes.
    string(REPEAT "[0-9a-f]" 64 line)
    string(REGEX REPLACE "(${line})" "\\1\n" lines "${digits}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${lines}")
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
    # Unlike file(WRITE) it leaves a file that would not change alone.
    file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT "namespace quell::embedded {
extern const unsigned char @name@[] = {
@bytes@};
extern const unsigned long @name@_size = sizeof(@name@);
}  // namespace quell::embedded
")
    target_sources(${target} PRIVATE "${source}")
endfunction()
