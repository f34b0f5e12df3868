# Installs the libraries with their headers and a package, so that another project can say
#
#     find_package(quell REQUIRED)
#     target_link_libraries(mine PRIVATE quell::tlm)     # or quell::hw, or quell::models alone
#
# Headers keep their paths below include/quell: #include "hw/leaky_relu.h".
include(CMakePackageConfigHelpers)

set(_folders models)
if(QUELL_BUILD_SIMULATOR)
    list(APPEND _folders hw tlm)
    install(TARGETS quell RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
foreach(_folder IN LISTS _folders)
    install(TARGETS quell_${_folder} EXPORT quellTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${_folder}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/quell"
        FILES_MATCHING PATTERN "*.h")
endforeach()
unset(_folders)

# Man pages and completions, which quell_documents made beside the programs. CMake leaves out what is not there.
if(QUELL_BUILD_SIMULATOR OR QUELL_BUILD_TRAINER)
    install(DIRECTORY "${PROJECT_BINARY_DIR}/share/man" DESTINATION "${CMAKE_INSTALL_DATADIR}" OPTIONAL)
    install(DIRECTORY "${PROJECT_BINARY_DIR}/share/bash-completion" DESTINATION "${CMAKE_INSTALL_DATADIR}" OPTIONAL)
endif()
# `./quell` builds these only when they are asked for; an installation is whole without them.
foreach(_program quell-train quell-mpi)
    if(TARGET ${_program})
        install(TARGETS ${_program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" OPTIONAL)
    endif()
endforeach()

set(_package "${CMAKE_INSTALL_LIBDIR}/cmake/quell")
install(EXPORT quellTargets NAMESPACE quell:: DESTINATION "${_package}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/quellConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/generated/quellConfig.cmake" INSTALL_DESTINATION "${_package}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/generated/quellConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/generated/quellConfig.cmake"
    "${PROJECT_BINARY_DIR}/generated/quellConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindSystemC.cmake"
    DESTINATION "${_package}")
unset(_package)
