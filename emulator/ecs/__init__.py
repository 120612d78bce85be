"""ECS services and tasks that really run, as containers of the local engine; clusters and task definitions are moto's."""
