"""What every business part stands on: companies, people, permissions, audit, jobs, numbers, files."""
