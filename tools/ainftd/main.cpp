#include "tools/ainftd/program.hpp"

int main(int argc, char** argv) { return ainft::run_program(argc, argv); }
