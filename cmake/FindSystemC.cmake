# Finds SystemC and defines the imported target SystemC::systemc.
#
# An upstream installation brings a package of its own (SystemCLanguage, 2.3.4 and 3.x) and is taken first.
# Debian's libsystemc-dev has none: there the header and the shared library are looked up by hand. Debian's
# library is compiled as C++17 and carries the standard in its symbol names, so code in a later standard has
# to announce 201703L to link with it.
#
# Input:  SystemCLanguage_DIR or SYSTEMC_HOME (also as an environment variable) point to another installation.
# Result: SystemC_FOUND, SystemC_VERSION, SystemC::systemc.
if(NOT TARGET SystemC::systemc)
    find_package(SystemCLanguage CONFIG QUIET HINTS ${SYSTEMC_HOME} $ENV{SYSTEMC_HOME})
endif()
if(TARGET SystemC::systemc)
    set(SystemC_VERSION "${SystemCLanguage_VERSION}")
    set(SystemC_LIBRARY SystemC::systemc)
    get_target_property(SystemC_INCLUDE_DIR SystemC::systemc INTERFACE_INCLUDE_DIRECTORIES)
else()
    find_path(SystemC_INCLUDE_DIR systemc
        HINTS ${SYSTEMC_HOME} $ENV{SYSTEMC_HOME} PATH_SUFFIXES include)
    find_library(SystemC_LIBRARY systemc
        HINTS ${SYSTEMC_HOME} $ENV{SYSTEMC_HOME} PATH_SUFFIXES lib lib64 lib-linux64)
    if(SystemC_INCLUDE_DIR AND EXISTS "${SystemC_INCLUDE_DIR}/sysc/kernel/sc_ver.h")
        file(STRINGS "${SystemC_INCLUDE_DIR}/sysc/kernel/sc_ver.h" _systemc_version_lines
            REGEX "#define[ \t]+SC_VERSION_(MAJOR|MINOR|PATCH)[ \t]+[0-9]+")
        set(SystemC_VERSION "")
        foreach(_part MAJOR MINOR PATCH)
            if("${_systemc_version_lines}" MATCHES "SC_VERSION_${_part}[ \t]+([0-9]+)")
                list(APPEND SystemC_VERSION ${CMAKE_MATCH_1})
            endif()
        endforeach()
        list(JOIN SystemC_VERSION "." SystemC_VERSION)
        unset(_systemc_version_lines)
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SystemC
    REQUIRED_VARS SystemC_LIBRARY SystemC_INCLUDE_DIR VERSION_VAR SystemC_VERSION)

if(SystemC_FOUND AND NOT TARGET SystemC::systemc)
    find_package(Threads REQUIRED)
    add_library(SystemC::systemc UNKNOWN IMPORTED)
    set_target_properties(SystemC::systemc PROPERTIES
        IMPORTED_LOCATION "${SystemC_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${SystemC_INCLUDE_DIR}"
        INTERFACE_COMPILE_DEFINITIONS "SC_CPLUSPLUS=201703L"
        INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
mark_as_advanced(SystemC_INCLUDE_DIR SystemC_LIBRARY)
